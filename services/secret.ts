// A secret that cannot be printed by accident. Whoever really needs the value says `reveal()`, which is easy to
// find in a review.
import { inspect } from 'node:util';

export interface Secret {
  /** The value in clear. */
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

const SHOWN = '[secret]';

/** Wraps a value so that logs, errors, JSON and templates show `[secret]` instead. */
export function createSecret(value: string): Secret {
  const shown = () => SHOWN;
  return Object.freeze({ reveal: () => value, toString: shown, toJSON: shown, [inspect.custom]: shown });
}
