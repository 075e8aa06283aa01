/** A script with the official JavaScript SDK and its own batching: `sdk-script.ts register|unregister COUNT`, place in PLACE. */
import assert from "node:assert/strict";
import { B24OAuth } from "@bitrix24/b24jssdk";
import type { Place } from "./portal";
import { parameters } from "./programs";

async function main(action: string, count: number, place: Place): Promise<void> {
  const sdk = new B24OAuth(
    {
      applicationToken: "unused",
      userId: 1,
      memberId: place.memberId,
      accessToken: place.accessToken,
      refreshToken: place.refreshToken,
      expires: Math.floor(Date.now() / 1000) + 3600,
      expiresIn: 3600,
      scope: "imopenlines,imconnector",
      domain: new URL(place.url).host,
      clientEndpoint: `${place.url}/rest/`,
      serverEndpoint: `${place.authorizationServer}/rest/`,
      status: "L",
    },
    { clientId: place.clientId, clientSecret: place.clientSecret },
  );
  const calls = Array.from({ length: count }, (_, index): [string, Record<string, unknown>] =>
    action === "register"
      ? ["imconnector.register", parameters(index)]
      : ["imconnector.unregister", { ID: `acme_${index}` }],
  );
  const answer = await sdk.actions.v2.batchByChunk.make({ calls });
  assert.deepEqual(answer.getErrorMessages(), []);
}

const [action = "", count = ""] = process.argv.slice(2);
void main(action, Number(count), JSON.parse(process.env["PLACE"] ?? "{}") as Place);
