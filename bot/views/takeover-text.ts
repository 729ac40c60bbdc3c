// Words for accounts that failed and for who carried on: in notices, and on the card of the sync in which it happened.
import {
  GRANTS,
  type Capability,
  type Credential,
  type Grant,
  type RunReport,
} from '../../services/index.ts';
import { accountName, problemLines } from './connection-text.ts';
import { listText } from './format.ts';

type RunTakeover = RunReport['takeovers'][number];
type Named = Pick<Credential, 'account'>;

/** `The account of Megan Bowen` */
export const whose = (credential: Named): string =>
  credential.account === null ? accountName(credential) : `The account of ${accountName(credential)}`;

/** As on the card of connections, whichever failed or came back first. */
export const inOrder = (named: readonly Grant[]): readonly Grant[] =>
  GRANTS.filter((grant) => named.includes(grant));

/** `users and groups` */
export const things = (takeovers: readonly { readonly capability: Capability }[]): string =>
  listText(inOrder(takeovers.map(({ capability }) => capability)));

export const nobodyLeft = (lost: readonly { readonly capability: Capability }[]): string =>
  `Nobody is left to read ${things(lost)}. Nobody was made inactive: syncs wait until an account works again.`;

const keyOf = (account: Credential['account']): string => account?.objectId ?? 'app';

/** Which accounts failed in a sync, why, what to do, who can, and who carried on with what. */
export function takeoverLines(takeovers: RunReport['takeovers']): string[] {
  const failed = new Map(takeovers.map((one) => [keyOf(one.failed), one]));
  return [
    ...[...failed.values()].flatMap(({ failed: account, problem }) => [
      `${whose({ account })} does not work any more.`,
      ...problemLines(problem),
    ]),
    ...carriers(takeovers),
  ];
}

function carriers(takeovers: readonly RunTakeover[]): string[] {
  const lost = takeovers.filter(({ carriesOn }) => carriesOn === null);
  const by = new Map<string, { name: string; its: RunTakeover[] }>();
  for (const takeover of takeovers) {
    const { carriesOn } = takeover;
    if (carriesOn === null) continue;
    const key = keyOf(carriesOn.account);
    by.set(key, { name: accountName(carriesOn), its: [...(by.get(key)?.its ?? []), takeover] });
  }
  return [
    ...[...by.values()].map(({ name, its }) => `${name} carried on with ${things(its)}. Nothing was lost.`),
    ...(lost.length > 0 ? [nobodyLeft(lost)] : []),
  ];
}
