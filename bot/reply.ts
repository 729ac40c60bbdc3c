// What a turn answers. Made by handlers, carried out by deliver.ts; knows nothing of activities.
import type { CardView } from '../cards/index.ts';
import type { CardAddress } from '../services/index.ts';

/** Exactly one for each request. */
export type Reply =
  /** Posted as a message, or put in the place of the card whose button was pressed. */
  | {
      readonly kind: 'card';
      readonly view: CardView;
      /** Told where the card stands, so that it can be edited later. Not called when nobody knows. */
      readonly onPlaced?: (address: CardAddress) => void;
    }
  /** A message, or a line under the card whose button was pressed: the card stays. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' };

export const NO_REPLY: Reply = { kind: 'none' };
