import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { Bridge } from "../dynamic/bridge";
import { host } from "../dynamic/connection";
import type { Outputs } from "../dynamic/outputs";
import { PortalResource } from "../dynamic/portal-resource";
import { keepAdopted } from "../dynamic/resource";
import type { OpenLineArgs } from "./args";
import { definition } from "./definition";

function isLineNumber(id: string): boolean {
  return /^\d+$/.test(id);
}

/**
 * The ID of a line is a number, but for tests with mocks that give it any ID: there the line has the number that the mocks name,
 * else one that is made of the ID, the same in each run.
 */
function mockedLineNumber(id: string): number {
  return createHash("sha256").update(id).digest().readUIntBE(0, 4) + 1;
}

export interface OpenLine extends Outputs<Omit<OpenLineArgs, "adopt" | "lineId">> {}

/**
 * An open line (open channel): the place where dialogs of connected channels come in, with its operators, working hours and
 * automatic answers.
 *
 * Creating calls `imopenlines.config.add`, then `imopenlines.config.update`; changing `imopenlines.config.update`; deleting
 * `imopenlines.config.delete`, which also deletes the line's dialogs. A new line is not active and has a name such as
 * `Support [pulumi 3f2a9c01d4e7]` until it is finished, one request later: when `pulumi up` is killed, or its connection lost,
 * the next one recognizes the line by that and finishes it instead of making another. Where lines of the wanted name are
 * there already, a warning names them and how to take them over. Scope `imopenlines`. Only what the program sets is sent and compared: a property that is
 * taken out of the program is left as it is on the portal. Bitrix24 changes some values without saying so; the provider
 * reads the line back after each change and tells what was stored otherwise. A line that exists already can be taken over
 * with {@link OpenLineArgs.adopt}.
 *
 * ```ts
 * const support = new bitrix24.OpenLine("support", {
 *   lineName: "Support",
 *   queue: [{ entityType: "user", entityId: 1 }],
 *   queueType: "evenly",
 * });
 * export const lineId = support.lineId;
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-add.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-update.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-get.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-delete.html
 */
export class OpenLine extends PortalResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /** Number of the line, as every other call wants it. */
  declare public readonly lineId: pulumi.Output<number>;

  /**
   * Declares an open line.
   *
   * @param name name of the resource within the stack
   * @param args what the line is made of; all of it may be left out
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: OpenLineArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super(definition, name, args, opts);
    // The preview of an update knows the ID but no computed output; whatever hangs on the line must not seem to be replaced.
    const recorded: pulumi.Output<number | undefined> = this.lineId;
    this.lineId = this.id.apply((id) => {
      return isLineNumber(id) ? pulumi.output(Number(id)) : recorded.apply((number) => number ?? mockedLineNumber(id));
    });
    keepAdopted(this, "lineId", args);
  }
}
