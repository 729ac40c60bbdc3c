// Draws a card: layout and data become Adaptive Card JSON, strictly. The only importer of adaptivecards-templating,
// whose leniency (placeholders shown to people, vanished elements) is turned into an error here. Templates may only
// name fields (`${name}`) and repeat over lists (`$data`); conditions and arithmetic are refused: views decide.
// Every Action.Execute gets an Action.Submit as fallback for clients that know no universal actions; its value is
// the verb beside the data: `{ verb, ...data }`.
import { Template } from 'adaptivecards-templating';
import { CARDS, type CardName, type CardView } from './index.ts';
import { countPromised } from './template-walk.ts';
import { OUTSIDE_MARK } from './parts.ts';

/** JSON of an Adaptive Card, ready to be attached to a message. */
export type AdaptiveCard = Readonly<Record<string, unknown>>;

/** Teams refuses messages of about 100 KB and its older clients much less; one card keeps well below. */
export const MAX_CARD_BYTES = 25 * 1024;

/** What Adaptive Cards 1.5 knows; anything newer needs a fallback. Adaptive Cards docs: schema 1.5. */
const KNOWN_TYPES: ReadonlySet<unknown> = new Set([
  ...['AdaptiveCard', 'TextBlock', 'RichTextBlock', 'TextRun', 'Image', 'ImageSet', 'Media', 'MediaSource'],
  ...['Container', 'ColumnSet', 'Column', 'FactSet', 'Fact', 'ActionSet', 'Table', 'TableRow', 'TableCell'],
  ...['Input.Text', 'Input.Number', 'Input.Date', 'Input.Time', 'Input.Toggle', 'Input.ChoiceSet'],
  ...['Action.Execute', 'Action.Submit', 'Action.OpenUrl', 'Action.ShowCard', 'Action.ToggleVisibility'],
  // Teams docs, "People Picker in Adaptive Cards". Clients that do not know it show the choices that the card brings.
  'Data.Query',
]);

/** Throws when the data does not fit the card, and when the result is not exactly what the layout promises. */
export function renderCard(name: CardName, data: CardView['data']): AdaptiveCard {
  const { template, data: schema } = CARDS[name];
  const refuse = (problem: string): never => {
    throw new Error(`Card "${name}" cannot be drawn: ${problem}`);
  };
  const parsed = schema.safeParse(data);
  if (!parsed.success) return refuse(parsed.error.message);
  const promised = countPromised(template, parsed.data);
  const expanded: unknown = new Template(template).expand({ $root: parsed.data });
  const found = countTyped(expanded);
  if (found !== promised) return refuse(`${promised} elements were promised, ${found} are there`);
  const card = finish(expanded);
  if (!isObject(card) || card.version !== '1.5') return refuse('version 1.5 must be declared');
  for (const problem of findProblems(card)) return refuse(problem);
  const bytes = Buffer.byteLength(JSON.stringify(card));
  if (bytes > MAX_CARD_BYTES) return refuse(`it has ${bytes} bytes`);
  return card;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countTyped(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, item) => sum + countTyped(item), 0);
  if (!isObject(node)) return 0;
  const inside = Object.values(node).reduce<number>((sum, value) => sum + countTyped(value), 0);
  return inside + ('type' in node ? 1 : 0);
}

/** Removes what an empty list left behind as null, and gives each Action.Execute its fallback. */
function finish(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(finish);
  if (!isObject(node)) return node;
  const kept = Object.entries(node).filter(([, value]) => value !== null);
  const done = Object.fromEntries(kept.map(([key, value]) => [key, finish(value)]));
  if (done.type !== 'Action.Execute' || !isObject(done.data)) return done;
  const { verb, data, ...rest } = done;
  return { ...done, fallback: { ...rest, type: 'Action.Submit', data: { verb, ...data } } };
}

function* findProblems(node: unknown): Generator<string> {
  if (Array.isArray(node)) {
    for (const item of node) yield* findProblems(item);
  } else if (isObject(node)) {
    const type = String(node.type);
    if ('type' in node && !KNOWN_TYPES.has(node.type) && !('fallback' in node)) {
      yield `${type} is newer than 1.5 and has no fallback`;
    }
    for (const [key, value] of Object.entries(node)) {
      // `data` is what a button sends back: it is not shown.
      if (key === 'data') continue;
      const literal = type === 'TextRun' && key === 'text';
      if (typeof value === 'string' && value.includes(OUTSIDE_MARK) && !literal) {
        yield `${type}.${key} would read text from outside as Markdown`;
      }
      yield* findProblems(value);
    }
  }
}
