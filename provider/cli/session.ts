import { SharedCredentials, sourceFrom } from "../access/credentials";
import { readSettings } from "../access/settings";
import type { Settings } from "../access/settings";
import { Session } from "../rest/session";
import { print } from "./console";
import type { Console } from "./console";
import { gatherSettings } from "./options";
import type { Options } from "./options";
import { readProject } from "./project";

/** The portal that the project names, ready to be asked. */
export async function openSession(
  options: Options & { readonly stack?: string },
  console: Console,
): Promise<{ session: Session; settings: Settings }> {
  const project = await readProject(console, options.stack);
  const { values } = gatherSettings(options, project, console);
  const settings = readSettings((name) => values[name], {});
  const tell = (message: string): void => print(console.errors, message);
  const credentials = new SharedCredentials(sourceFrom(settings, tell));
  return { session: new Session({ portal: settings.portal, credentials, tell, warn: tell }), settings };
}
