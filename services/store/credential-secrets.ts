// The secrets of kept credentials, encrypted: each follows the one before by compare and set.
import type { CredentialStore } from '../directory/credential-store.ts';
import { sealedSecret } from '../directory/sealed-secret.ts';
import type { CredentialsOf } from './credential-repository.ts';
import { converted } from './store-errors.ts';

type Secrets = Pick<CredentialStore, 'readSecret' | 'replaceSecret' | 'listSecrets' | 'resealSecret'>;

/** The part of the repository that knows secrets. */
export const createCredentialSecrets = (credentials: CredentialsOf): Secrets => ({
  readSecret: (tenantId, id) =>
    converted(async () => {
      const found = await (await credentials()).findOne({ _id: id, tenantId });
      if (!found?.sealed) return null;
      const { secretVersion: version, secretSeries: series } = found;
      return { sealed: sealedSecret.parse(found.sealed), version, series };
    }),
  replaceSecret: (tenantId, id, { version, series }, { sealed, obtainedAt }, expiry) =>
    converted(async () => {
      const changed = await (
        await credentials()
      ).updateOne(
        {
          ...{ _id: id, tenantId, secretSeries: series },
          // By the clocks of the processes, as the database cannot know when Microsoft answered. Where they are apart the
          // older may stay: it works as well, because Microsoft does not end a refresh token when it gives the next.
          $or: [{ secretVersion: version }, { secretAt: { $lt: obtainedAt } }],
        },
        { $set: { sealed, secretAt: obtainedAt, ...expiry }, $inc: { secretVersion: 1 } },
      );
      return changed.matchedCount === 1;
    }),
  listSecrets: () =>
    converted(async () => {
      const found = await (await credentials()).find({ sealed: { $ne: null } }).toArray();
      return found.map(({ _id, tenantId, sealed, secretVersion, secretSeries }) => ({
        ...{ id: _id, tenantId, version: secretVersion, series: secretSeries },
        sealed: sealedSecret.parse(sealed),
      }));
    }),
  resealSecret: ({ tenantId, id, version, sealed: former }, sealed) =>
    converted(async () => {
      const same = { _id: id, tenantId, secretVersion: version, 'sealed.data': former.data };
      return (await (await credentials()).updateOne(same, { $set: { sealed } })).matchedCount === 1;
    }),
});
