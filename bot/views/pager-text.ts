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
  const first = page.page * page.pageSize + 1;
  const last = first + page.items.length - 1;
  return [`${format.number(first)}–${format.number(last)} of ${format.number(page.total)}`];
}
