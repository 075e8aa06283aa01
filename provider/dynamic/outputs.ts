import type * as pulumi from "@pulumi/pulumi";

/**
 * The outputs that a resource has for its arguments: each under the same name, and editors show the same description. A class
 * gets them through an interface of its name; the SDK sets them, because the registration names all that the schema does.
 */
export type Outputs<Args> = { readonly [Name in keyof Args]-?: pulumi.Output<pulumi.Unwrap<Args[Name]>> };
