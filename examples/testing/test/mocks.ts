import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";

export type Inputs = Record<string, unknown>;

/** What a portal would say, by the function that asks it. */
const answers: Record<string, Inputs> = {
  "bitrix24:index:getOpenLine": { lineId: 1, lineName: "Support", active: true },
};

/** Lets mocks stand for engine and portal; gives the resources that the program declares from now on. */
export async function mockPortal(): Promise<MockResourceArgs[]> {
  const declared: MockResourceArgs[] = [];
  pulumi.runtime.setAllConfig({ "tested-channel:lineId": "1" });
  await pulumi.runtime.setMocks(
    {
      call: ({ token }) => answers[token] ?? {},
      newResource: (resource) => {
        declared.push(resource);
        return { id: `${resource.name}-id`, state: resource.inputs as Inputs };
      },
    },
    "tested-channel",
  );
  return declared;
}

/** The inputs of the first resource of a type. */
export function inputsOf(declared: readonly MockResourceArgs[], type: string): Inputs {
  const found = declared.find((resource) => resource.type === `pulumi-nodejs:dynamic/bitrix24:${type}`);
  if (!found) throw new Error(`the program declares no ${type}`);
  return found.inputs as Inputs;
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
