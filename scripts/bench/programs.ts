/** The same connectors in every variant. */
const image = `data:image/svg+xml,${encodeURIComponent("<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h9v9z'/></svg>")}`;
const picture = { dataImage: image, color: "#1900ff" };
const icon = JSON.stringify(picture);
const handler = "https://acme.example/settings";

const loop = (count: number, body: string): string => `for (let i = 0; i < ${count}; i++) { ${body} }\n`;
const args = `{ connectorId: "acme_" + i, name: "Acme " + i, icon: ${icon}, placementHandler: "${handler}" }`;

export const ours = (count: number): string =>
  `import * as bitrix24 from "pulumi-bitrix24";\n${loop(count, `new bitrix24.Connector("acme" + i, ${args});`)}`;

/** The same in YAML, through the plugin. */
export const oursInYaml = (count: number): string => {
  const connector = (index: number): object => ({
    type: "bitrix24:Connector",
    properties: { connectorId: `acme_${index}`, name: `Acme ${index}`, icon: picture, placementHandler: handler },
  });
  const names = Array.from({ length: count }, (_, index) => [`acme${index}`, connector(index)]);
  return JSON.stringify({ resources: Object.fromEntries(names) as object });
};

/** The engine's own floor: a dynamic provider whose operations do nothing. */
export const nothing = (count: number): string => `import * as pulumi from "@pulumi/pulumi";
const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs) { return { id: inputs.connectorId, outs: inputs }; },
  async read(id, props) { return { id, props }; },
  async diff(id, olds, news) { return { changes: olds.name !== news.name }; },
  async update(id, olds, news) { return { outs: news }; },
  async delete() {},
};
class Nothing extends pulumi.dynamic.Resource {
  constructor(name: string, props: pulumi.Inputs) { super(provider, name, props); }
}
${loop(count, `new Nothing("acme" + i, ${args});`)}`;

/** A dynamic provider as a tutorial would write it: one request for each operation, again after a 503. */
export const tutorial = (count: number): string => `import * as pulumi from "@pulumi/pulumi";
async function call(method: string, params: object): Promise<any> {
  const { default: got } = await import(${JSON.stringify(require.resolve("got"))});
  for (;;) {
    const answer = await got.post(process.env.BITRIX24_PORTAL + "/rest/" + method, {
      json: { ...params, auth: process.env.BITRIX24_ACCESS_TOKEN }, throwHttpErrors: false, retry: { limit: 0 },
    });
    if (answer.statusCode !== 503) return JSON.parse(answer.body).result;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
const register = (inputs: any) => call("imconnector.register", {
  ID: inputs.connectorId, NAME: inputs.name, PLACEMENT_HANDLER: inputs.placementHandler,
  ICON: { DATA_IMAGE: inputs.icon.dataImage, COLOR: inputs.icon.color },
});
const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs) { await register(inputs); return { id: inputs.connectorId, outs: inputs }; },
  async read(id, props) { return (await call("imconnector.list", {}))[id] ? { id, props } : { id: "" }; },
  async diff(id, olds, news) { return { changes: olds.name !== news.name }; },
  async update(id, olds, news) { await register(news); return { outs: news }; },
  async delete(id) { await call("imconnector.unregister", { ID: id }); },
};
class Tutorial extends pulumi.dynamic.Resource {
  constructor(name: string, props: pulumi.Inputs) { super(provider, name, props); }
}
${loop(count, `new Tutorial("acme" + i, ${args});`)}`;

/** terraform_data with curl; the token comes from the environment. */
export const terraform = (count: number): string => {
  const curl = (method: string, body: string): string =>
    `until curl -sf -d \\"auth=$BITRIX24_ACCESS_TOKEN\\" ${body} $BITRIX24_PORTAL/rest/${method} > /dev/null; do sleep 1; done`;
  const register = [
    "ID=\${self.input}",
    "NAME=\${self.input}",
    `PLACEMENT_HANDLER=${handler}`,
    `ICON[DATA_IMAGE]=${image}`,
  ];
  const fields = register.map((field) => `--data-urlencode '${field.replaceAll("\\", "")}'`).join(" ");
  return `resource "terraform_data" "acme" {
  count = ${count}
  input = "acme_\${count.index}"
  provisioner "local-exec" {
    command = "${curl("imconnector.register", fields)}"
    quiet   = true
  }
  provisioner "local-exec" {
    when    = destroy
    command = "${curl("imconnector.unregister", "-d ID=${self.input}")}"
    quiet   = true
  }
}
`;
};

/** Parameters of the same registration, for a script. */
export const parameters = (index: number): Record<string, unknown> => ({
  ID: `acme_${index}`,
  NAME: `Acme ${index}`,
  PLACEMENT_HANDLER: handler,
  ICON: { DATA_IMAGE: image, COLOR: "#1900ff" },
});
