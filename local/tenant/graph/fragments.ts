// Prepared JSON of directory objects, one text per object and view, so that a page is made by joining. Dropped
// object by object when the directory changes.
import type { Directory } from '../directory.ts';
import type { DirectoryObject, Json } from '../model.ts';
import { absentValue, basicUserProperties, defaultProperties, isKnownOf } from './properties.ts';

/** How much of an object a view tells: everything asked for, the basic profile, or nothing but its id. */
export type Reach = 'full' | 'basic' | 'ids';

/** A way to show objects; equal keys show equally. */
export interface View {
  readonly key: string;
  /** What is shown of each kind: of a selection, the properties that the kind has. */
  readonly properties: Readonly<Record<DirectoryObject['kind'], readonly string[]>>;
  /** Objects of mixed types carry `@odata.type`. */
  readonly typed: boolean;
  /** What the caller may see of each kind of object. */
  readonly reach: Readonly<Record<DirectoryObject['kind'], Reach>>;
}

export interface Fragments {
  textOf(object: DirectoryObject, view: View): string;
}

/** A handful of views is in use at a time; more than this and the oldest is forgotten. */
const maxViews = 24;

export function createFragments(directory: Directory): Fragments {
  const byView = new Map<string, (string | undefined)[]>();
  directory.onChange((object) => {
    for (const texts of byView.values()) texts[object.ordinal] = undefined;
  });
  return {
    textOf(object, view) {
      let texts = byView.get(view.key);
      if (!texts) {
        const [oldest] = byView.keys();
        if (byView.size >= maxViews && oldest !== undefined) byView.delete(oldest);
        texts = [];
        byView.set(view.key, texts);
      }
      const known = texts[object.ordinal];
      if (known !== undefined) return known;
      const text = renderObject(object, view);
      texts[object.ordinal] = text;
      return text;
    },
  };
}

/** A view of `selected` properties, or of each kind's default ones. `typed` says that kinds are mixed. */
export function createView(
  selected: readonly string[] | undefined,
  typed: boolean,
  reach: Readonly<Record<DirectoryObject['kind'], Reach>>,
): View {
  const of = (kind: DirectoryObject['kind']): readonly string[] => {
    const names = selected?.filter((name) => isKnownOf(kind, name)) ?? defaultProperties(kind);
    return names.includes('id') || !typed ? names : ['id', ...names];
  };
  const key = `${typed ? 't' : 'p'}|${reach.user},${reach.group},${reach.device}|${selected?.join(',') ?? '*'}`;
  const properties = {
    user: of('user'),
    group: of('group'),
    device: of('device'),
    servicePrincipal: of('servicePrincipal'),
  };
  return { key, properties, typed, reach };
}

/** Everything asked for of every kind. */
export const fullReach: Readonly<Record<DirectoryObject['kind'], Reach>> = {
  user: 'full',
  group: 'full',
  device: 'full',
  servicePrincipal: 'full',
};

/** `#microsoft.graph.user` and so on. */
export function odataType(object: DirectoryObject): string {
  return `#microsoft.graph.${object.kind}`;
}

/** The value of a property in Graph's terms; null where nothing is set. */
export function valueOf(object: DirectoryObject, name: string): Json {
  if (name === 'id') return object.id;
  const facts: Readonly<Record<string, Json | undefined>> = object.facts;
  return facts[name] ?? absentValue(name);
}

function renderObject(object: DirectoryObject, view: View): string {
  const reach = view.reach[object.kind];
  const parts: string[] = [];
  if (view.typed) parts.push(`"@odata.type":"${odataType(object)}"`);
  for (const name of view.properties[object.kind]) {
    const visible = name === 'id' || reach === 'full' || (reach === 'basic' && basicUserProperties.has(name));
    parts.push(`${JSON.stringify(name)}:${visible ? JSON.stringify(valueOf(object, name)) : 'null'}`);
  }
  return `{${parts.join(',')}}`;
}
