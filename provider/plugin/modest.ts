import { setFlagsFromString } from "node:v8";

// A plugin waits for the portal nearly all of its time, and each provider of a program is a process of its own. Quicker code
// and room for new objects, which V8 gives generously, take a quarter of the memory and save no time that anybody waits for.
setFlagsFromString("--no-opt");
setFlagsFromString("--no-maglev");
setFlagsFromString("--semi-space-growth-factor=1");
