// Writes objects as a delta shows them: properties that were ever set, member links in slices, removals with a
// reason (Graph docs: group delta). A soft-deleted user is not mentioned in any group.
import type { FoldedChange } from '../change-log.ts';
import type { DirectoryObject, Group } from '../model.ts';
import type { SkipToken } from './delta-token.ts';
import { odataType, valueOf } from './fragments.ts';
import { directMembers, isHiddenFrom } from './groups.ts';
import { defaultProperties } from './properties.ts';
import type { GraphRequest } from './request.ts';

/** An object and, in an incremental round, what happened to it. */
export interface DeltaSource {
  readonly object: DirectoryObject;
  readonly change: FoldedChange | undefined;
}

export interface ItemWriter {
  isFull(): boolean;
  /**
   * Writes an object from member link `from` on. A number says at which link the next page goes on; `no room`
   * that the next page begins with this object.
   */
  write(source: DeltaSource, from: number): number | 'done' | 'no room';
  items(): readonly string[];
}

const userTracked = [
  ...defaultProperties('user'),
  'accountEnabled',
  'userType',
  'department',
  'proxyAddresses',
  'otherMails',
  'usageLocation',
  'mailNickname',
  'onPremisesSyncEnabled',
  'externalUserState',
  'createdDateTime',
];

/** Collects the items of one page: objects and member links together fill it. */
export function createItemWriter(request: GraphRequest, token: SkipToken): ItemWriter {
  const size = request.world.settings.deltaPageSize;
  const minimal = request.headers.prefer?.includes('return=minimal') ?? false;
  const items: string[] = [];
  let used = 0;

  function tracked(object: DirectoryObject): readonly string[] {
    const all = object.kind === 'user' ? userTracked : defaultProperties('group');
    return token.s ?? all;
  }

  function write({ object, change }: DeltaSource, from: number): number | 'done' | 'no room' {
    if (object.state === 'purged') return change?.gone ? removed(object, 'deleted') : 'done';
    // Deletion is news only in the round in which it happened; an initial round tells it too.
    if (object.state === 'deleted') return !change || change.gone ? removed(object, 'changed') : 'done';
    if (change && !touches(object, change)) return 'done';
    const members = object.kind === 'group' ? memberTexts(object, change) : [];
    const room = Math.max(1, size - used - 1);
    // A group that does not fit into what is left of a page starts a page of its own.
    if (from === 0 && used > 0 && members.length > room) {
      used = size;
      return 'no room';
    }
    const slice = members.slice(from, from + room);
    items.push(objectText(object, change, slice));
    used += 1 + slice.length;
    return from + slice.length < members.length ? from + slice.length : 'done';
  }

  function removed(object: DirectoryObject, reason: 'changed' | 'deleted'): 'done' {
    const type = token.k === 'directoryObjects' ? { '@odata.type': odataType(object) } : {};
    items.push(JSON.stringify({ ...type, id: object.id, '@removed': { reason } }));
    used += 1;
    return 'done';
  }

  /** Only a change of a tracked property, or of members where they are tracked, is told. */
  function touches(object: DirectoryObject, change: FoldedChange): boolean {
    if (change.whole) return true;
    const names = tracked(object);
    if (names.some((name) => change.properties.has(name))) return true;
    return change.members.size > 0 && tracksMembers();
  }

  function tracksMembers(): boolean {
    return token.k !== 'users' && (token.s === null || token.s.includes('members'));
  }

  function memberTexts(group: Group, change: FoldedChange | undefined): readonly string[] {
    if (!tracksMembers() || isHiddenFrom(request, group)) return [];
    if (!change) return directMembers(group).map((member) => memberText(member, true));
    return [...change.members].map(([member, isMember]) => memberText(member, isMember));
  }

  function objectText(
    object: DirectoryObject,
    change: FoldedChange | undefined,
    members: readonly string[],
  ): string {
    const parts: string[] = [];
    if (token.k === 'directoryObjects') parts.push(`"@odata.type":"${odataType(object)}"`);
    for (const name of new Set(['id', ...tracked(object)])) {
      if (name === 'members' || name === 'owners') continue;
      const isChanged = change?.properties.has(name) ?? false;
      const value = valueOf(object, name);
      // Never set means left out; set to nothing means an explicit null. Minimal mode tells changes only.
      if (name !== 'id' && value === null && !isChanged) continue;
      if (name !== 'id' && minimal && change && !change.whole && !isChanged) continue;
      parts.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
    }
    if (members.length > 0) parts.push(`"members@delta":[${members.join(',')}]`);
    return `{${parts.join(',')}}`;
  }

  return { isFull: () => used >= size, write, items: () => items };
}

function memberText(member: DirectoryObject, isMember: boolean): string {
  const removed = isMember ? '' : ',"@removed":{"reason":"deleted"}';
  return `{"@odata.type":"${odataType(member)}","id":"${member.id}"${removed}}`;
}
