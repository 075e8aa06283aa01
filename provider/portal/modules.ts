// The parts of the portal that stand by themselves, each under the name of what it keeps.
export { bots } from "./bots";
export { senders } from "./senders";
