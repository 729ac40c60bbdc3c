// Checks a template against the data that it is about to be filled with: every field that it names is there and has
// something in it. Says how many elements the result must have. Fills nothing in itself.

interface Scope {
  readonly root: unknown;
  readonly data: unknown;
}

/** The only expressions that a template may use: a path of names. */
const EXPRESSION = /\$\{([^}]*)\}/g;
const PATH = /^(\$root|\$data|[A-Za-z]\w*)(\.[A-Za-z]\w*)*$/;

/**
 * The number of objects with a `type` that `template` filled with `root` must have.
 * Throws when a field is missing, null, or not what its place needs, and for anything but paths.
 */
export function countPromised(template: unknown, root: unknown): number {
  return count(template, { root, data: root });
}

function count(node: unknown, scope: Scope): number {
  if (typeof node === 'string') {
    for (const [, path = ''] of node.matchAll(EXPRESSION)) resolve(path, scope);
    return 0;
  }
  if (Array.isArray(node)) return node.reduce<number>((sum, item) => sum + count(item, scope), 0);
  if (typeof node !== 'object' || node === null) return 0;
  if ('$when' in node) throw new Error('A template may not use $when: give it a list of none or one.');
  return scopesOf(node, scope).reduce((sum, inner) => {
    const inside = Object.entries(node).filter(([key]) => key !== '$data');
    return inside.reduce((all, [, value]) => all + count(value, inner), sum + ('type' in node ? 1 : 0));
  }, 0);
}

/** One scope for each item that `$data` repeats over; the one around when there is no `$data`. */
function scopesOf(node: object, scope: Scope): readonly Scope[] {
  if (!('$data' in node)) return [scope];
  const [, path] = typeof node.$data === 'string' ? (/^\$\{([^}]*)\}$/.exec(node.$data) ?? []) : [];
  if (path === undefined) throw new Error('$data must name one field, as in "${rows}".');
  const value = resolve(path, scope);
  if (Array.isArray(value)) return value.map((data: unknown) => ({ root: scope.root, data }));
  if (typeof value === 'object') return [{ root: scope.root, data: value }];
  throw new Error(`$data needs a list or an object in "${path}".`);
}

function resolve(path: string, scope: Scope): unknown {
  if (!PATH.test(path)) throw new Error(`A template may only name fields, not "${path}".`);
  const [first = '', ...rest] = path.split('.');
  const start = first === '$root' ? scope.root : scope.data;
  const steps = first.startsWith('$') ? rest : [first, ...rest];
  const value = steps.reduce<unknown>(step, start);
  if (value === undefined || value === null) throw new Error(`The field "${path}" is missing.`);
  return value;
}

function step(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
