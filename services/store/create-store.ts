// The kept directory as one object: its repositories, and the port through which a sync reads and writes it.
import type { DirectoryStore } from '../directory/directory-store.ts';
import type { Group, GroupState } from '../directory/group.ts';
import { parseEntryId } from '../directory/ids.ts';
import type { User, UserState } from '../directory/user.ts';
import { writeBatch } from './batch-writer.ts';
import {
  createChangeRepository,
  createPlannedChangeRepository,
  type ChangeRepository,
  type PlannedChangeRepository,
} from './change-repository.ts';
import { createConnection, type ConnectionOptions } from './connection.ts';
import { createKeptConnections, type KeptConnections } from './kept-connections.ts';
import { createMembershipRepository, type MembershipRepository } from './membership-repository.ts';
import { groupState, storedGroup, storedUser, userState } from './parse-entry.ts';
import { createRunRepository, type RunRepository } from './run-repository.ts';
import { converted } from './store-errors.ts';
import { createTenantRepository, type TenantRepository } from './tenant-repository.ts';
import { createTurnRepository, type TurnRepository } from './turn-repository.ts';
import { createEntryRepository, type EntryRepository } from './user-group-repository.ts';

export interface Store extends KeptConnections {
  readonly directory: DirectoryStore;
  readonly tenants: TenantRepository;
  readonly users: EntryRepository<User, UserState>;
  readonly groups: EntryRepository<Group, GroupState>;
  readonly memberships: MembershipRepository;
  readonly runs: RunRepository;
  readonly changes: ChangeRepository;
  readonly plannedChanges: PlannedChangeRepository;
  readonly turns: TurnRepository;
  /** Throws `database-unreachable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreOptions extends ConnectionOptions {
  /** Ids of new users and groups. */
  readonly ids: { next(): string };
}

/** Opens the store. Nothing is connected before it is needed, so this never fails. */
export function createStore(options: StoreOptions): Store {
  const connection = createConnection(options);
  const db = () => connection.db();
  const nextId = () => parseEntryId(options.ids.next());
  const tenants = createTenantRepository(db);
  const users = createEntryRepository({ db, collection: 'users', entry: storedUser, state: userState });
  const groups = createEntryRepository({ db, collection: 'groups', entry: storedGroup, state: groupState });
  const memberships = createMembershipRepository(db);
  const runs = createRunRepository(db);
  const plannedChanges = createPlannedChangeRepository(db);
  const directory: DirectoryStore = {
    ...tenants,
    ...runs,
    streamUsers: (tenantId) => users.stream(tenantId),
    streamGroups: (tenantId) => groups.stream(tenantId),
    streamMemberships: (tenantId) => memberships.stream(tenantId),
    readUserStates: (tenantId, ids) => users.readStates(tenantId, ids),
    readGroupStates: (tenantId, ids) => groups.readStates(tenantId, ids),
    keepPlannedChanges: (tenantId, runId, changes, at) => plannedChanges.keep(tenantId, runId, changes, at),
    writeBatch: (lease, runId, batch, at) =>
      converted(async () =>
        writeBatch(await db(), lease, batch, { tenantId: lease.tenantId, runId, at }, nextId),
      ),
  };
  return {
    ...createKeptConnections(db),
    directory,
    tenants,
    users,
    groups,
    memberships,
    runs,
    changes: createChangeRepository(db),
    plannedChanges,
    turns: createTurnRepository(db),
    ping: () => connection.ping(),
    close: () => connection.close(),
  };
}
