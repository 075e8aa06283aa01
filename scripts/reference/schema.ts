/** A property in the schema of the plugin, as far as the reference shows it. */
export interface PropertySchema {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: PropertySchema;
  readonly additionalProperties?: PropertySchema;
  readonly oneOf?: readonly PropertySchema[];
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly replaceOnChanges?: boolean;
}

export type Properties = Readonly<Record<string, PropertySchema>>;

/** A type that has a name. */
export interface TypeSchema {
  readonly description?: string;
  readonly properties?: Properties;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string }[];
}

export interface ResourceSchema {
  readonly description: string;
  readonly properties: Properties;
  readonly inputProperties: Properties;
  readonly requiredInputs?: readonly string[];
}

export interface FunctionSchema {
  readonly description: string;
  readonly inputs?: { readonly properties: Properties; readonly required: readonly string[] };
  readonly outputs: TypeSchema;
}

/** The schema of the plugin, by tokens. */
export interface PluginSchema {
  readonly types: Readonly<Record<string, TypeSchema>>;
  readonly resources: Readonly<Record<string, ResourceSchema>>;
  readonly functions: Readonly<Record<string, FunctionSchema>>;
}

/** `Connector` of `bitrix24:index:Connector`, and of a reference to it. */
export function nameOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}
