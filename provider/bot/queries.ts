import type { Session } from "../rest/session";
import { listBots, listSchema } from "./calls";
import { describeBot } from "./definition";
import type { Inputs } from "./definition";

/** As many bots as one answer tells. */
const page = 50;

/** The bots of the application, each as a program would declare it, as far as the portal tells. */
export async function bots(session: Session): Promise<Partial<Inputs>[]> {
  const codes: string[] = [];
  for (let isMore = true; isMore;) {
    const command = listBots(page, codes.length);
    const { bots: some, hasNextPage } = await session.look(command, {
      schema: listSchema,
      subject: "the application's bots",
    });
    codes.push(...some.map(({ code }) => code));
    isMore = some.length > 0 && hasNextPage === true;
  }
  const found = await Promise.all(codes.map((code) => describeBot(session, code)));
  return found.filter((bot) => bot !== undefined);
}
