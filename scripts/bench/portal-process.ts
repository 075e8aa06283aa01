/** The process of the portal that the bench asks: its work must not count as the bench's own. `portal-process.ts DELAY` */
import { startPortal } from "../../provider/portal";

async function main(delay: number): Promise<void> {
  const portal = await startPortal({ limits: "standard", journal: false });
  if (delay > 0) portal.fail({ delay });
  const { url, authorizationServer, accessToken, refreshToken, memberId, application } = portal;
  let before = 0;
  process.on("message", () => {
    process.send?.({ requests: portal.requestCount - before });
    before = portal.requestCount;
  });
  process.on("disconnect", () => process.exit());
  const { clientId, clientSecret } = application;
  process.send?.({ url, authorizationServer, accessToken, refreshToken, memberId, clientId, clientSecret });
}

void main(Number(process.argv[2]));
