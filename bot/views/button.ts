// Makes buttons and rows that open something, with data of the right shape for each verb. No handlers.
import type { Verb, VerbData } from '../../cards/verbs.ts';
import { label } from '../../cards/plain-text.ts';

export interface Button<V extends Verb> {
  readonly title: string;
  readonly style: 'default' | 'positive' | 'destructive';
  readonly verb: V;
  readonly data: Record<string, string | number>;
}

export function button<V extends Verb>(
  title: string,
  verb: V,
  data: VerbData<V>,
  style: Button<V>['style'] = 'default',
): { title: string; style: Button<V>['style']; verb: V; data: Record<string, string | number> } {
  const given = Object.entries(data).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  return { title, style, verb, data: Object.fromEntries(given) };
}

/** The title of a button that names somebody or something. */
export const named = (verb: string, name: string): string => `${verb} ${label(name, 40) || 'this'}`.trim();
