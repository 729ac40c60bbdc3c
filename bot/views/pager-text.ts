// Where a page of a list is, and what its buttons carry.
import type { Page } from '../../services/index.ts';
import type { Format } from './format.ts';

/** What is looked for travels with every button of a list. */
export const LONGEST_SEARCH = 100;

export const hasPrevious = (page: Page<unknown>): boolean => page.page > 0;
export const hasNext = (page: Page<unknown>): boolean => (page.page + 1) * page.pageSize < page.total;

/** `11–20 of 400`; nothing when everything is on the card. */
export function pagerText(page: Page<unknown>, format: Format): string[] {
  if (page.items.length === 0 || (!hasPrevious(page) && !hasNext(page))) return [];
  return [rangeText(page.page * page.pageSize, page.items.length, page.total, format)];
}

/** `first` counts from 0. */
export const rangeText = (first: number, shown: number, total: number, format: Format): string =>
  `${format.number(first + 1)}–${format.number(first + shown)} of ${format.number(total)}`;

/** Where the page begins, or the last one when the list has become shorter. */
export const firstOf = (page: number, total: number, pageSize: number): number =>
  Math.max(0, Math.min(page, Math.ceil(total / pageSize) - 1)) * pageSize;
