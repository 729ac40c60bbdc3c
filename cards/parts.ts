// The pieces that card data is made of. Every field is always there: what may be missing is a list of none or one,
// so that a template never has to ask and nothing can vanish by a typing error. Layout is in the templates.
import { z } from 'zod';
import { VERBS, type Verb } from './verbs.ts';

/** Begins every text from outside (see plain-text.ts): such text must not reach an element that reads Markdown. */
export const OUTSIDE_MARK = '\u2068';

/** Our own words, in elements that understand Markdown. */
export const wording = z
  .string()
  .min(1)
  .max(1000)
  .refine((value) => !value.includes(OUTSIDE_MARK), 'must not contain text from outside');

/** Words that may contain names and other text from outside, in elements that show every character as it is. */
export const line = z.string().min(1).max(1000);

export const color = z.enum(['default', 'good', 'warning', 'attention', 'accent']);
export const tone = z.enum(['default', 'emphasis', 'good', 'warning', 'attention', 'accent']);
export type Color = z.infer<typeof color>;
export type Tone = z.infer<typeof tone>;

/** A button or a row that can be opened, limited to some verbs; `data` is what the verb's row in VERBS says. */
export function action<const Verbs extends readonly [Verb, ...Verb[]]>(verbs: Verbs) {
  return z
    .object({
      title: z.string().min(1).max(60),
      style: z.enum(['default', 'positive', 'destructive']),
      verb: z.enum(verbs),
      data: z.record(z.string(), z.union([z.string(), z.number()])),
    })
    .refine((value) => VERBS[value.verb].strict().safeParse(value.data).success, 'data must fit the verb');
}

/** Teams shows at most six buttons in a row. */
export const actions = <const Verbs extends readonly [Verb, ...Verb[]]>(verbs: Verbs) =>
  z.array(action(verbs)).max(6);

/** A page at https; at http only on this machine, where nobody else listens. */
const address = z.union([
  z.url({ protocol: /^https$/ }),
  z.url({ protocol: /^http$/, hostname: /^(localhost|127\.0\.0\.1)$/ }),
]);

/** A button that opens a page in the browser. */
export const link = z.object({
  title: z.string().min(1).max(60),
  url: address.refine((value) => !value.includes(OUTSIDE_MARK)),
});

/** What pressing a row opens; none for a row that leads nowhere. */
export const open = <const Verbs extends readonly [Verb, ...Verb[]]>(verbs: Verbs) =>
  z.array(action(verbs)).max(1);

/** A name and a value, one line. */
export const fact = z.object({ name: wording, value: line });

/** Shown by clients that cannot draw the card, and read aloud. */
export const fallbackText = z.string().min(1).max(1000);
