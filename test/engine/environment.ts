import { delimiter, dirname, join, sep } from "node:path";
import { findEngine, findYamlHost } from "../../scripts/lib/engine.mjs";
import { nodeExecutable } from "../../scripts/lib/paths.mjs";
import { runFolder } from "./temporary";

let found: Promise<string> | undefined;

/** The folder with the engine; the same as `npm run --silent engine` prints. */
export function engineFolder(): Promise<string> {
  found ??= findEngine();
  return found;
}

let yamlHost: Promise<string> | undefined;

/** The folder with the language host of YAML. */
export function yamlFolder(): Promise<string> {
  yamlHost ??= engineFolder().then((engine) => findYamlHost(engine));
  return yamlHost;
}

/** What a tested program must not inherit from whoever runs the tests. */
const foreign = /^(BITRIX24|PULUMI|NODE|TS_NODE|MOCHA|npm)_/i;

/** The address of a file backend in a folder. */
export function backendUrl(folder: string): string {
  return `file://${folder.replaceAll(sep, "/")}`;
}

/** An environment in which nothing but the engine's own folder decides what `pulumi` does. */
export async function engineEnvironment(home: string, backend: string): Promise<NodeJS.ProcessEnv> {
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: [await engineFolder(), dirname(nodeExecutable()), process.env.PATH ?? ""].join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: backendUrl(backend),
    PULUMI_CONFIG_PASSPHRASE: "for tests only",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Each run of the engine starts Node.js twice, with the same modules: compiled once for all tests of a run.
    NODE_COMPILE_CACHE: join(runFolder(), "compiled"),
  };
}
