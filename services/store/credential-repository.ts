// Kept credentials: their order, their health, and their secrets, encrypted, each replaced by compare and set.
import type { Db, Filter, UpdateFilter } from 'mongodb';
import type { Account, Credential, CredentialHealth, CredentialId, Grant } from '../directory/credential.ts';
import type { Authorization, CredentialStore, Finding } from '../directory/credential-store.ts';
import type { TenantId } from '../directory/ids.ts';
import type { Actor } from '../directory/run.ts';
import { sealedSecret, type SealedSecret } from '../directory/sealed-secret.ts';
import { collectionOf } from './connection.ts';
import { storedCredential } from './parse-credential.ts';
import { converted, isDuplicateKey } from './store-errors.ts';

interface CredentialDocument {
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
  health: CredentialHealth;
  sealed: SealedSecret | null;
  /** Grows with each new secret, and not when the same one is encrypted anew. */
  secretVersion: number;
}

const holderOf = (accountId: string | null): string => accountId?.toLowerCase() ?? 'app';
const WITHOUT_SECRET = { projection: { sealed: 0 } };

/** The repository of credentials. */
export function createCredentialRepository(db: () => Promise<Db>): CredentialStore {
  const credentials = async () => collectionOf<CredentialDocument>(await db(), 'credentials');

  const read = async (filter: Filter<CredentialDocument>): Promise<Credential[]> => {
    const order = { tenantId: 1, grant: 1, rank: 1, _id: 1 } as const;
    const found = await (await credentials()).find(filter, WITHOUT_SECRET).sort(order).toArray();
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
  ): Promise<boolean> => (await (await credentials()).updateOne(filter, update)).matchedCount === 1;

  const recordFinding = async (
    filter: Filter<CredentialDocument>,
    finding: Finding,
    at: Date,
    times: Partial<CredentialDocument>,
  ): Promise<CredentialHealth | null> => {
    const set = async (more: Filter<CredentialDocument>, update: UpdateFilter<CredentialDocument>) => {
      const options = { ...WITHOUT_SECRET, returnDocument: 'before' } as const;
      const before = await (await credentials()).findOneAndUpdate({ ...filter, ...more }, update, options);
      return before === null ? null : storedCredential.parse(before).health;
    };
    if (finding.state === 'good') return set({}, { $set: { ...times, health: { state: 'good' } } });
    const { state, problem } = finding;
    if (state === 'warning') return set({}, { $set: { ...times, health: { state, problem } } });
    return (
      (await set(
        { 'health.state': { $ne: 'failed' } },
        { $set: { ...times, health: { state, problem, since: at } } },
      )) ?? set({ 'health.state': 'failed' }, { $set: { ...times, 'health.problem': problem } })
    );
  };

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
            ...{ sealed, secretVersion: 1 },
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
          { $set: { ...authorized(authorization), ...rank, sealed }, $inc: { secretVersion: 1 } },
        );
        return get(tenantId, id);
      }),
    recordUse: (tenantId, id, at) =>
      converted(async () => {
        await change({ _id: id, tenantId }, { $set: { lastUsedAt: at } });
      }),
    recordFinding: (tenantId, id, finding, at, how, authorizedAt) =>
      converted(async () => {
        const filter = { _id: id, tenantId, authorizedAt };
        const times = how === 'test' ? { lastTestedAt: at } : { lastUsedAt: at };
        const before = await recordFinding(filter, finding, at, times);
        const after = before === null ? null : await get(tenantId, id);
        return before === null || after === null ? null : { before, after };
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
        const found = await get(tenantId, id);
        const { deletedCount } = await (await credentials()).deleteOne({ _id: id, tenantId });
        return deletedCount === 1 ? found : null;
      }),
    readSecret: (tenantId, id) =>
      converted(async () => {
        const found = await (await credentials()).findOne({ _id: id, tenantId });
        if (!found?.sealed) return null;
        return { sealed: sealedSecret.parse(found.sealed), version: found.secretVersion };
      }),
    replaceSecret: (tenantId, id, version, sealed, expiry) =>
      converted(() =>
        change(
          { _id: id, tenantId, secretVersion: version },
          { $set: { sealed, ...expiry }, $inc: { secretVersion: 1 } },
        ),
      ),
    listSecrets: () =>
      converted(async () => {
        const found = await (await credentials()).find({ sealed: { $ne: null } }).toArray();
        return found.map(({ _id, tenantId, sealed, secretVersion }) => ({
          ...{ id: _id, tenantId, version: secretVersion },
          sealed: sealedSecret.parse(sealed),
        }));
      }),
    resealSecret: ({ tenantId, id, version, sealed: former }, sealed) =>
      converted(() =>
        change(
          { _id: id, tenantId, secretVersion: version, 'sealed.data': former.data },
          { $set: { sealed } },
        ),
      ),
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
