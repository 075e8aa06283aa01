import { z } from "zod";
import { base64Problem, handlerUrl, requiredText } from "../shared/validation";
import { colorName, colorNames } from "./colors";
import { isImage } from "./image";

const largestAvatar = 5_000_000;

function avatarProblem(text: string): string | undefined {
  if (/^data:/i.test(text) || /\.(png|jpe?g|gif|webp|bmp)$/i.test(text))
    return "must be the content of an image in Base64; in TypeScript botAvatar() makes it of a path or a data URI";
  const problem = base64Problem(text, largestAvatar);
  if (problem !== undefined) return problem;
  return isImage(text) ? undefined : "must be an image: PNG, JPEG, GIF, WebP or BMP";
}

const avatar = z.string().superRefine((text, context) => {
  const message = avatarProblem(text);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const longestText = 255;
const text = z.string().max(longestText, `must have at most ${longestText} characters`);

const color = z
  .string()
  .refine((given) => colorName(given) !== undefined, `must be a colour of Bitrix24: ${colorNames.join(", ")}`);

const profile = z.strictObject({
  name: requiredText,
  lastName: text.optional(),
  workPosition: text.optional(),
  color: color.optional(),
  gender: z.enum(["M", "F"]).optional(),
  avatar: avatar.optional(),
});
export type Profile = z.infer<typeof profile>;

/** What is valid. */
export const schema = z
  .strictObject({
    code: requiredText,
    type: z.enum(["openline", "bot", "supervisor", "personal", "network"]).optional(),
    properties: profile,
    eventMode: z.enum(["fetch", "webhook"]).optional(),
    webhookUrl: handlerUrl.optional(),
    isHidden: z.boolean().optional(),
    isReactionsEnabled: z.boolean().optional(),
    isSupportOpenline: z.boolean().optional(),
    backgroundId: z.enum(["azure", "mint", "steel", "slate", "teal", "cornflower", "sky", "peach", "frost"]).optional(),
    adopt: z.boolean().optional(),
  })
  .refine(({ eventMode, webhookUrl }) => eventMode !== "webhook" || webhookUrl !== undefined, {
    path: ["webhookUrl"],
    message: 'is required where eventMode is "webhook"',
    // Also where something else is wrong: all is told at once.
    when: ({ value }) => typeof value === "object" && value !== null,
  });

export type Inputs = z.infer<typeof schema>;
