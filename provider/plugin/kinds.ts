// Every kind of resource that the plugin serves. The classes of programs, which need the SDK, are not loaded.
export { definition as bot } from "../bot/definition";
export { definition as connector } from "../connector/definition";
export { definition as connectorActivation } from "../connector-activation/definition";
export { definition as eventHandler } from "../event-handler/definition";
export { definition as messageSender } from "../message-sender/definition";
export { definition as openLine } from "../open-line/definition";
export { definition as placement } from "../placement/definition";
