// @ts-check
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** `import { type A }` is newer than the TypeScript 3.8 that reads our declarations where a project brings none of its own. */
const oldDeclarations = ["ImportSpecifier[importKind=type]", "ExportSpecifier[exportKind=type]"].map((selector) => ({
  selector,
  message: "Write `import type { … }` or `export type { … }`: TypeScript 3.8 has to read the declaration.",
}));

export default defineConfig(
  {
    ignores: [
      "**/node_modules/",
      "**/dist/",
      ".local/",
      "examples/testing/vitest*",
      "provider/plugin/pulumi-resource-bitrix24",
    ],
  },
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      complexity: ["error", 15],
      "max-depth": ["error", 3],
      "max-lines": ["error", { max: 400, skipBlankLines: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "no-console": "error",
      "prefer-const": "error",
    },
  },
  { files: ["provider/**/*.ts"], rules: { "no-restricted-syntax": ["error", ...oldDeclarations] } },
  {
    // A class gets its outputs through an interface of the same name, which has them of its arguments; the SDK sets them all.
    files: ["provider/*/index.ts"],
    rules: {
      "@typescript-eslint/no-empty-object-type": ["error", { allowInterfaces: "with-single-extends" }],
      "@typescript-eslint/no-unsafe-declaration-merging": "off",
    },
  },
  {
    files: ["provider/cli/**", "scripts/**", "examples/**", "test/faults/index.ts"],
    rules: { "no-console": "off" },
  },
  {
    // The linter does not see types that are given in comments; tsc does.
    files: ["**/*.mjs"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off", "@typescript-eslint/no-unsafe-member-access": "off" },
  },
  // A describe block is a list of tests, not a function to understand at once.
  {
    files: ["test/**/*.{test,days,doors,browser}.ts", "test/clients/*"],
    rules: { "max-lines-per-function": "off" },
  },
);
