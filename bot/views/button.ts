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
): Button<V> {
  const fields: Readonly<Record<string, string | number | undefined>> = { ...data };
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { title, style, verb, data: Object.fromEntries(given) };
}

/** The title of a button that names somebody or something. */
export const named = (doing: string, name: string): string => `${doing} ${label(name, 40) || 'this'}`.trim();
