// How numbers, dates and durations are written for a reader. Pure: the time of day comes with the reader.
import type { Reader } from './reader.ts';

const LOCALE = 'en-GB';
const TIME_ZONE = 'UTC';

export interface Format {
  /** `20,000` */
  readonly number: (value: number) => string;
  /** `1 user`, `20,000 users` */
  readonly count: (value: number, one: string, many: string) => string;
  /** Date and time; absolute, because cards stay in chats for months. */
  readonly when: (date: Date) => string;
  readonly day: (date: Date) => string;
}

export function createFormat(reader: Reader): Format {
  const locale = isLocale(reader.locale) ? reader.locale : LOCALE;
  const timeZone = isTimeZone(reader.timeZone) ? reader.timeZone : TIME_ZONE;
  // Latin digits and one calendar: the words around them are English.
  const latin = { numberingSystem: 'latn', calendar: 'gregory', timeZone } as const;
  const number = new Intl.NumberFormat(locale, { numberingSystem: 'latn' });
  const when = new Intl.DateTimeFormat(locale, { ...latin, dateStyle: 'medium', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { ...latin, dateStyle: 'medium' });
  return {
    number: (value) => number.format(value),
    count: (value, one, many) => `${number.format(value)} ${value === 1 ? one : many}`,
    when: (date) => when.format(date),
    day: (date) => day.format(date),
  };
}

/** `less than a second`, `12 seconds`, `3 minutes 5 seconds`, `2 hours 10 minutes`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'less than a second';
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [part(hours, 'hour'), part(minutes, 'minute'), part(rest, 'second')];
  return parts.filter(Boolean).slice(0, 2).join(' ');
}

/** `A, B and C`. */
export function listText(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

function part(value: number, unit: string): string {
  if (value === 0) return '';
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}

function isLocale(value: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(value).length > 0;
  } catch {
    return false;
  }
}

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat(LOCALE, { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
