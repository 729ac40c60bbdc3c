// Kept credentials: who authorized what, and their order. Their secrets and their health have files of their own.
import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Account, Credential, CredentialHealth, CredentialId, Grant } from '../directory/credential.ts';
import type { Authorization, CredentialStore } from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import type { Actor } from '../directory/run.ts';
import type { SealedSecret } from '../directory/sealed-secret.ts';
import { collectionOf } from './connection.ts';
import { createCredentialHealth, KEPT } from './credential-health.ts';
import { createCredentialSecrets } from './credential-secrets.ts';
import { storedCredential } from './parse-credential.ts';
import { converted, isDuplicateKey } from './store-errors.ts';

/** As stored. */
export interface CredentialDocument {
  _id: CredentialId;
  tenantId: TenantId;
  grant: Grant;
  kind: Credential['kind'];
  /** The object id of the account, or `app`: null would be a value of its own in each engine. */
  holder: string;
  /** Only the order of ranks counts: one that becomes first goes below the lowest, a backup above the highest. */
  rank: number;
  account: Account | null;
  authorizedBy: Actor;
  authorizedAt: Date;
  lastUsedAt: Date | null;
  lastTestedAt: Date | null;
  expiresAt: Date | null;
  expiryOf: Credential['expiryOf'];
  signInPeriodMs: number | null;
  health: CredentialHealth;
  /** Grows with each change of `health`, `failedSince` and `news`. */
  healthRevision: number;
  /** When the incident began that people have not been told the end of; stays when somebody authorizes anew. */
  failedSince: Date | null;
  /** What people have not been told yet. */
  news: 'failed' | 'recovered' | 'removed' | null;
  /** Stands only until people were told what ended with it. */
  removed?: boolean;
  sealed: SealedSecret | null;
  /** Grows with each new secret, and not when the same one is encrypted anew. */
  secretVersion: number;
  /** Grows with each new authorization. */
  secretSeries: number;
  /** When Microsoft gave the secret. */
  secretAt: Date;
}

export type CredentialsOf = () => Promise<Collection<CredentialDocument>>;

const holderOf = (accountId: string | null): string => accountId?.toLowerCase() ?? 'app';
const WITHOUT_SECRET = { projection: { sealed: 0 } };

/** The repository of credentials. */
export function createCredentialRepository(db: () => Promise<Db>): CredentialStore {
  const credentials: CredentialsOf = async () => collectionOf<CredentialDocument>(await db(), 'credentials');

  const read = async (filter: Filter<CredentialDocument>): Promise<Credential[]> => {
    const order = { tenantId: 1, grant: 1, rank: 1, _id: 1 } as const;
    const found = await (
      await credentials()
    )
      .find({ ...filter, ...KEPT }, WITHOUT_SECRET)
      .sort(order)
      .toArray();
    return numbered(found.map((document) => storedCredential.parse(document)));
  };
  const get = async (tenantId: TenantId, id: CredentialId): Promise<Credential | null> =>
    (await read({ tenantId })).find((credential) => credential.id === id) ?? null;

  /** The rank at one end of a grant's order. Two who ask at once get the same one; then the older id comes first. */
  const endRank = async (tenantId: TenantId, grant: Grant, end: 'first' | 'last'): Promise<number> => {
    const direction = end === 'first' ? 1 : -1;
    const found = await (
      await credentials()
    ).findOne({ tenantId, grant }, { projection: { rank: 1 }, sort: { rank: direction } });
    return found === null ? 0 : found.rank - direction;
  };
  const change = async (
    filter: Filter<CredentialDocument>,
    update: UpdateFilter<CredentialDocument>,
  ): Promise<boolean> =>
    (await (await credentials()).updateOne({ ...filter, ...KEPT }, update)).matchedCount === 1;

  return {
    list: (tenantId) => converted(() => read({ tenantId })),
    listAll: () => converted(() => read({})),
    get: (tenantId, id) => converted(() => get(tenantId, id)),
    findHolder: (tenantId, grant, kind, accountId) =>
      converted(async () => {
        const holder = holderOf(accountId);
        const found = await (await credentials()).findOne({ tenantId, grant, kind, holder }, WITHOUT_SECRET);
        return found === null ? null : get(tenantId, found._id);
      }),
    insert: (id, authorization, sealed, backup) =>
      converted(async () => {
        const { tenantId, grant, kind, account } = authorization;
        try {
          await (
            await credentials()
          ).insertOne({
            ...{ _id: id, tenantId, grant, kind, holder: holderOf(account?.objectId ?? null) },
            rank: await endRank(tenantId, grant, backup ? 'last' : 'first'),
            ...authorized(authorization),
            ...{ lastUsedAt: null, lastTestedAt: null, health: { state: 'untested' } },
            ...{ signInPeriodMs: null, healthRevision: 0, failedSince: null, news: null },
            ...{ sealed, secretVersion: 1, secretSeries: 1, secretAt: authorization.authorizedAt },
          });
        } catch (error) {
          if (isDuplicateKey(error)) return null;
          throw error;
        }
        return get(tenantId, id);
      }),
    reauthorize: (id, authorization, sealed, backup) =>
      converted(async () => {
        const { tenantId, grant } = authorization;
        const rank = backup ? {} : { rank: await endRank(tenantId, grant, 'first') };
        await change(
          { _id: id, tenantId },
          {
            $set: {
              ...authorized(authorization),
              ...{ ...rank, sealed, secretAt: authorization.authorizedAt },
              ...{ health: { state: 'untested' }, news: null },
            },
            $inc: { secretVersion: 1, secretSeries: 1, healthRevision: 1 },
          },
        );
        return get(tenantId, id);
      }),
    recordUse: (tenantId, id, at) =>
      converted(async () => {
        await change({ _id: id, tenantId }, { $set: { lastUsedAt: at } });
      }),
    setSignInPeriod: (tenantId, id, signInPeriodMs) =>
      converted(async () => {
        await change({ _id: id, tenantId }, { $set: { signInPeriodMs } });
      }),
    setExpiry: (tenantId, id, { expiresAt, expiryOf }) =>
      converted(async () => {
        await change({ _id: id, tenantId }, { $set: { expiresAt, expiryOf } });
      }),
    makePrimary: (tenantId, id) =>
      converted(async () => {
        const found = await get(tenantId, id);
        if (found === null || found.position === 0) return found;
        const rank = await endRank(tenantId, found.grant, 'first');
        await change({ _id: id, tenantId }, { $set: { rank } });
        return get(tenantId, id);
      }),
    remove: (tenantId, id) =>
      converted(async () => {
        const credential = await get(tenantId, id);
        const quiet = { _id: id, tenantId, failedSince: null, ...KEPT };
        if ((await (await credentials()).deleteOne(quiet)).deletedCount === 1) return credential;
        const removed = await change(
          { _id: id, tenantId },
          {
            // Under another holder: the account may be authorized anew meanwhile.
            $set: { removed: true, news: 'removed', sealed: null, holder: `removed/${id}` },
            $inc: { healthRevision: 1, secretVersion: 1, secretSeries: 1 },
          },
        );
        return removed ? credential : null;
      }),
    ...createCredentialHealth(credentials, { get, read }),
    ...createCredentialSecrets(credentials),
  };
}

const authorized = ({ account, authorizedBy, authorizedAt, expiresAt, expiryOf }: Authorization) => ({
  ...{ account, authorizedBy, authorizedAt, expiresAt, expiryOf },
});

/** Gives each its place within its grant; they come in the order of tenant, grant and rank. */
function numbered(credentials: readonly Omit<Credential, 'position'>[]): Credential[] {
  const next = new Map<string, number>();
  return credentials.map((credential) => {
    const order = `${credential.tenantId}/${credential.grant}`;
    const position = next.get(order) ?? 0;
    next.set(order, position + 1);
    return { ...credential, position };
  });
}
