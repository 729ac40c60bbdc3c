// Draws a card: layout and data become Adaptive Card JSON, strictly. The only importer of adaptivecards-templating,
// whose leniency (placeholders shown to people, vanished elements) is turned into an error here.
import { Template } from 'adaptivecards-templating';
import { CARDS, type CardName, type CardView } from './index.ts';

/** JSON of an Adaptive Card, ready to be attached to a message. */
export type AdaptiveCard = Readonly<Record<string, unknown>>;

/** Throws when the data does not fit the card, and when the result is not exactly what the layout promises. */
export function renderCard(name: CardName, data: CardView['data']): AdaptiveCard {
  const row = CARDS[name];
  const card: unknown = new Template(row.template).expand({ $root: row.data.parse(data) });
  if (typeof card !== 'object' || card === null) throw new TypeError(`Card ${name} is empty`);
  return { ...card };
}
