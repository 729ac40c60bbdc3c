// The digest of a plan: what an approval names. Two plans have the same digest exactly when they would change the
// same things in the same way; our own ids and revisions do not count.
import { createHash } from 'node:crypto';
import type { Change } from '../directory/change.ts';

/** SHA-256, hexadecimal, over the changes as canonical JSON (RFC 8785: keys in order, no blanks), one per line. */
export function digestOf(changes: readonly Change[]): string {
  const sha256 = createHash('sha256');
  for (const change of changes) sha256.update(`${canonical(withoutBase(change))}\n`);
  return sha256.digest('hex');
}

const withoutBase = (change: Change): object =>
  change.type === 'memberships' ? change : { ...change, base: undefined };

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sortKeys(part) : part));
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sortKeys = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The order of a plan: users, groups, memberships, each by object id. */
export function inPlanOrder(a: Change, b: Change): number {
  return (
    TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type) ||
    (a.objectId < b.objectId ? -1 : Number(a.objectId > b.objectId))
  );
}

const TYPE_ORDER: readonly Change['type'][] = ['user', 'group', 'memberships'];
