// Kept users and groups: both are the same to the database. Answers in domain values; writing them is
// batch-writer.ts's job.
import type { Db, Document, Filter } from 'mongodb';
import type { z } from 'zod';
import type { StoredSummary } from '../directory/directory-store.ts';
import type { EntryId, ObjectId, TenantId } from '../directory/ids.ts';
import { foldText } from '../directory/search-key.ts';
import type { Status } from '../directory/user.ts';
import type { CollectionName } from './collections.ts';
import { collectionOf } from './connection.ts';
import { storedSummary, type EntryDocument } from './parse-entry.ts';
import { converted } from './store-errors.ts';

/** Summaries that are handed on together: enough that waiting for the database costs little. */
const CHUNK = 2_000;

export interface EntryPage<Entry> {
  readonly items: readonly Entry[];
  readonly total: number;
  /** 0 is the first page. */
  readonly page: number;
  readonly pageSize: number;
}

export interface EntryQuery {
  readonly text: string;
  readonly page: number;
  readonly pageSize: number;
  readonly status?: Status;
}

/** How a text must lie in the search key: anywhere, or as one whole part of it (a whole name or address). */
export type Match = 'contains' | 'whole';

export interface EntryRepository<Entry, State> {
  stream(tenantId: TenantId): AsyncIterable<readonly StoredSummary[]>;
  readStates(tenantId: TenantId, ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, State>>;
  get(tenantId: TenantId, id: EntryId): Promise<Entry | null>;
  /** In the order of their names; those that are not stored are left out. */
  getByObjectIds(tenantId: TenantId, ids: readonly ObjectId[]): Promise<readonly Entry[]>;
  /** Sorted by name. */
  list(tenantId: TenantId, query: EntryQuery): Promise<EntryPage<Entry>>;
  find(tenantId: TenantId, text: string, match: Match, limit: number): Promise<readonly Entry[]>;
  /** Entries whose key contains one of these folded fragments: candidates for names that are spelled alike. */
  findFragments(tenantId: TenantId, fragments: readonly string[], limit: number): Promise<readonly Entry[]>;
  count(tenantId: TenantId): Promise<Record<Status, number>>;
}

interface Options<Entry, State> {
  readonly db: () => Promise<Db>;
  readonly collection: Extract<CollectionName, 'users' | 'groups'>;
  readonly entry: z.ZodType<Entry>;
  readonly state: z.ZodType<State>;
}

/** The repository of users, or of groups. */
export function createEntryRepository<Entry extends { readonly objectId: ObjectId }, State>(
  options: Options<Entry, State>,
): EntryRepository<Entry, State> {
  type Stored = EntryDocument<Document>;
  const { entry, state } = options;
  const entries = async () => collectionOf<Stored>(await options.db(), options.collection);
  const findSorted = async (filter: Filter<Stored>, skip: number, limit: number): Promise<Entry[]> => {
    const found = (await entries()).find(filter).sort({ search: 1 }).skip(skip).limit(limit);
    return (await found.toArray()).map((document) => entry.parse(document));
  };
  const countStatus = async (tenantId: TenantId, status: Status) =>
    (await entries()).countDocuments({ tenantId, status });

  return {
    stream: (tenantId) => streamSummaries(entries, tenantId),
    readStates: (tenantId, ids) =>
      converted(async () => {
        const found = (await entries())
          .find({ tenantId, objectId: { $in: [...ids] } })
          .project<Document & { objectId: ObjectId }>({ objectId: 1, status: 1, reasons: 1, facts: 1 });
        const states = new Map<ObjectId, State>();
        for await (const document of found) states.set(document.objectId, state.parse(document));
        return states;
      }),
    get: (tenantId, id) =>
      converted(async () => {
        const found = await (await entries()).findOne({ _id: id, tenantId });
        return found === null ? null : entry.parse(found);
      }),
    getByObjectIds: (tenantId, ids) =>
      converted(() => findSorted({ tenantId, objectId: { $in: [...ids] } }, 0, 0)),
    list: (tenantId, { text, page, pageSize, status }) =>
      converted(async () => {
        const filter = {
          tenantId,
          ...(status === undefined ? {} : { status }),
          ...(foldText(text) === '' ? {} : { search: patternOf(text, 'contains') }),
        };
        const [total, items] = await Promise.all([
          (await entries()).countDocuments(filter),
          findSorted(filter, page * pageSize, pageSize),
        ]);
        return { items, total, page, pageSize };
      }),
    find: (tenantId, text, match, limit) =>
      converted(async () =>
        foldText(text) === '' ? [] : findSorted({ tenantId, search: patternOf(text, match) }, 0, limit),
      ),
    findFragments: (tenantId, fragments, limit) =>
      converted(async () =>
        fragments.length === 0
          ? []
          : findSorted({ tenantId, search: new RegExp(fragments.map(escapePattern).join('|')) }, 0, limit),
      ),
    count: (tenantId) =>
      converted(async () => {
        const [active, inactive] = await Promise.all([
          countStatus(tenantId, 'active'),
          countStatus(tenantId, 'inactive'),
        ]);
        return { active, inactive };
      }),
  };
}

async function* streamSummaries(
  entries: () => Promise<ReturnType<typeof collectionOf<EntryDocument<Document>>>>,
  tenantId: TenantId,
): AsyncIterable<readonly StoredSummary[]> {
  const cursor = await converted(async () =>
    (await entries())
      .find({ tenantId })
      .project({ objectId: 1, revision: 1, fingerprint: 1, status: 1, leftAt: 1 })
      .batchSize(CHUNK),
  );
  try {
    while (await converted(() => cursor.hasNext())) {
      yield cursor.readBufferedDocuments().map((document) => storedSummary.parse(document));
    }
  } finally {
    await converted(() => cursor.close());
  }
}

/** A search key holds folded parts, one per line; see search-key.ts. */
function patternOf(text: string, match: Match): RegExp {
  const escaped = escapePattern(foldText(text));
  return match === 'contains' ? new RegExp(escaped) : new RegExp(`(^|\\n)${escaped}(\\n|$)`);
}

/** No character of a text may mean anything in a pattern (PCRE and JavaScript alike). */
const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/#-]/g, '\\$&');
