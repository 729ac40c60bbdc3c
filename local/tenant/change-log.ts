// The tenant's monotonic change log, from which delta queries are answered. It records that something
// happened to an object, not the values: a delta tells the present state (Graph docs: delta query).
import type { DirectoryObject, Group } from './model.ts';

/** What happened: properties set, membership links, or a step of an object's life. */
export type LoggedChange =
  | { readonly what: 'created' | 'deleted' | 'restored' | 'purged' }
  | { readonly what: 'updated'; readonly properties: readonly string[] }
  | { readonly what: 'linked' | 'unlinked'; readonly member: DirectoryObject };

export type LogEntry = LoggedChange & { readonly atMs: number; readonly object: DirectoryObject };

/** Positions count entries: position 3 means "the first three are known". */
export interface ChangeLog {
  readonly length: number;
  append(object: DirectoryObject, atMs: number, change: LoggedChange): void;
  /** Position after the last entry that is not younger than `atMs`. */
  positionAt(atMs: number): number;
  /** Entries after position `from` up to position `to`. */
  between(from: number, to: number): readonly LogEntry[];
}

export function createChangeLog(): ChangeLog {
  const entries: LogEntry[] = [];
  return {
    get length() {
      return entries.length;
    },
    append(object, atMs, change) {
      entries.push({ ...change, atMs, object });
    },
    positionAt(atMs) {
      let position = entries.length;
      while (position > 0 && (entries[position - 1]?.atMs ?? 0) > atMs) position -= 1;
      return position;
    },
    between: (from, to) => entries.slice(from, to),
  };
}

/** Everything that happened to one object between two positions, folded into what a delta needs. */
export interface FoldedChange {
  readonly object: DirectoryObject;
  /** True when the object must be told whole: it is new, or it came back. */
  whole: boolean;
  /** True when it was told to be soft-deleted and purged within the same span. */
  gone: boolean;
  readonly properties: Set<string>;
  /** Last word per member: true is added, false is removed. */
  readonly members: Map<DirectoryObject, boolean>;
}

/** Folds log entries by object, in the order of each object's last entry. */
export function foldChanges(entries: readonly LogEntry[]): readonly FoldedChange[] {
  const folded = new Map<DirectoryObject, FoldedChange>();
  for (const entry of entries) {
    const known = folded.get(entry.object);
    const change = known ?? {
      object: entry.object,
      whole: false,
      gone: false,
      properties: new Set<string>(),
      members: new Map<DirectoryObject, boolean>(),
    };
    folded.delete(entry.object);
    folded.set(entry.object, change);
    if (entry.what === 'linked' || entry.what === 'unlinked') {
      change.members.set(entry.member, entry.what === 'linked');
    } else if (entry.what === 'updated') {
      for (const property of entry.properties) change.properties.add(property);
    } else {
      if (entry.what === 'created') change.whole = true;
      if (entry.what === 'restored') tellMembersAgain(change);
      if (entry.what === 'deleted' || entry.what === 'purged') change.gone = true;
    }
  }
  return [...folded.values()];
}

function tellMembersAgain(change: FoldedChange): void {
  change.whole = true;
  if (change.object.kind !== 'group') return;
  const group: Group = change.object;
  for (const member of group.members) change.members.set(member, true);
}
