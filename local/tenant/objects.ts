// Makes directory objects: properties wrapped with the state that the tenant keeps about them.
import type {
  DirectoryObject,
  Group,
  GroupFacts,
  OtherFacts,
  OtherObject,
  User,
  UserFacts,
} from './model.ts';

export function createUserObject(
  id: string,
  ordinal: number,
  facts: UserFacts,
  createdAtMs: number,
  purpose: User['purpose'] = facts.mail === null ? null : 'user',
): User {
  return {
    kind: 'user',
    id,
    ordinal,
    facts,
    createdAtMs,
    purpose,
    sessionsFromMs: 0,
    conditionalAccess: null,
    ...unlinked(),
  };
}

export function createGroupObject(
  id: string,
  ordinal: number,
  facts: GroupFacts,
  createdAtMs: number,
): Group {
  return {
    kind: 'group',
    id,
    ordinal,
    facts,
    createdAtMs,
    members: new Set<DirectoryObject>(),
    memberList: null,
    ...unlinked(),
  };
}

export function createOtherObject(
  kind: OtherObject['kind'],
  id: string,
  ordinal: number,
  facts: OtherFacts,
  createdAtMs: number,
): OtherObject {
  return { kind, id, ordinal, facts, createdAtMs, ...unlinked() };
}

function unlinked(): Pick<User, 'state' | 'deletedAtMs' | 'memberOf'> {
  return { state: 'live', deletedAtMs: null, memberOf: new Set<Group>() };
}
