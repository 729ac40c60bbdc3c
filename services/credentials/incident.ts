// What the failure of an account means: what it read, who carries on with each part of it, and under which key people
// are told. Pure; tells nobody.
import type { Capability, Credential, Grant } from '../directory/credential.ts';
import type { Takeover } from '../directory/notice.ts';
import { accountKey, candidatesFor, capabilitiesOf, hasFailed } from './candidates.ts';

/** The failed credentials of one account: they are one incident, however many fail together. */
export interface Incident {
  readonly key: string;
  readonly since: Date;
  /** The first that failed: it gives the incident its name. */
  readonly failed: Credential;
  readonly takeovers: readonly Takeover[];
}

/** The incident that `failed` belongs to, as things stand among `all` of its tenant. */
export function incidentOf(failed: Credential, all: readonly Credential[]): Incident {
  const others = all.filter(
    (other) => other.id !== failed.id && hasFailed(other) && accountKey(other) === accountKey(failed),
  );
  const together = [failed, ...others].sort((one, other) => sinceOf(one) - sinceOf(other));
  const first = together[0] ?? failed;
  return {
    key: incidentKey(first, new Date(sinceOf(first))),
    since: new Date(sinceOf(first)),
    failed: first,
    takeovers: together.flatMap((one) =>
      capabilitiesOf(one).map((capability) => takeover(capability, one, all)),
    ),
  };
}

/** Every incident that is not over. */
export function openIncidents(all: readonly Credential[]): readonly Incident[] {
  const accounts = new Map(all.filter(hasFailed).map((one) => [accountKey(one), one]));
  return [...accounts.values()].map((failed) => incidentOf(failed, all));
}

export const incidentKey = (credential: Pick<Credential, 'tenantId' | 'account'>, since: Date): string =>
  `failed/${credential.tenantId}/${accountKey(credential)}/${since.getTime()}`;

/** What the credentials of this account are for, each once. */
export const grantsOf = (account: Credential, all: readonly Credential[]): readonly Grant[] => [
  ...new Set(
    [account, ...all.filter((one) => accountKey(one) === accountKey(account))].map(({ grant }) => grant),
  ),
];

function takeover(capability: Capability, failed: Credential, all: readonly Credential[]): Takeover {
  const works = (one: Credential) => one.id !== failed.id && !hasFailed(one);
  const candidates = candidatesFor(capability, all);
  const carriesOn = candidates.find(works) ?? null;
  // Whoever stands before it read already: what failed was in reserve.
  const before = candidates.slice(
    0,
    candidates.findIndex(({ id }) => id === failed.id),
  );
  return { capability, carriesOn, wasReading: !before.some(works) };
}

const sinceOf = ({ health }: Credential): number =>
  health.state === 'failed' ? health.since.getTime() : Infinity;
