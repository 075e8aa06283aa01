import * as pulumi from "@pulumi/pulumi";
import { refusalText } from "../rest/text";
import type { RefusalText } from "../rest/text";

/**
 * A refusal in the program's own process. It has no stack: the language host, which leaves the stack of such errors out, shows
 * it all the same where the program has ended already.
 */
export function programRefusal(text: RefusalText): pulumi.RunError {
  return Object.assign(new pulumi.RunError(refusalText(text)), { stack: "" });
}
