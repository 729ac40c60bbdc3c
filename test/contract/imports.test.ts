// Who may import whom, as data; the import graph is walked and an edge that is not allowed is named.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..', '..');
const FOLDERS = ['bot', 'cards', 'services', 'manifest', 'local'] as const;

/** A part of the house: files whose path begins with `path`. The first that fits counts. */
const PARTS = [
  { part: 'bot', path: 'bot/' },
  { part: 'cards', path: 'cards/' },
  { part: 'door', path: 'services/index.ts' },
  { part: 'directory', path: 'services/directory/' },
  { part: 'sync', path: 'services/sync/' },
  { part: 'graph', path: 'services/graph/' },
  { part: 'credentials', path: 'services/credentials/' },
  { part: 'store', path: 'services/store/' },
  { part: 'composition', path: 'services/open-services.ts' },
  { part: 'composition', path: 'services/keys-command.ts' },
  { part: 'base', path: 'services/' },
  { part: 'manifest', path: 'manifest/' },
  { part: 'local', path: 'local/' },
] as const;
type Part = (typeof PARTS)[number]['part'];

/** Each part may import itself and these. */
const MAY_IMPORT: Readonly<Record<Part, readonly Part[]>> = {
  manifest: ['bot', 'cards'],
  bot: ['door', 'cards'],
  cards: [],
  door: ['composition', 'directory', 'base'],
  composition: ['door', 'sync', 'graph', 'credentials', 'store', 'directory', 'base'],
  sync: ['directory', 'base'],
  graph: ['directory', 'base'],
  credentials: ['directory', 'base'],
  store: ['directory', 'base'],
  directory: ['base'],
  base: ['directory'],
  // Somebody else's cloud: it knows nothing of Rollcall but the address of its process.
  local: [],
};

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
);

function edgesOf(file: string): Edge[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  const edges: Edge[] = [];
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
    const specifier = statement.moduleSpecifier;
    if (!specifier || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) continue;
    const typeOnly = ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly;
    edges.push({
      from: file,
      to: relative(root, join(root, dirname(file), specifier.text)).replaceAll('\\', '/'),
      typeOnly,
    });
  }
  return edges;
}

const edges = files.flatMap(edgesOf);
const partOf = (file: string) => PARTS.find(({ path }) => file.startsWith(path))?.part;

describe('imports', () => {
  it('finds the source files', () => {
    assert.ok(files.length > 50, `found only ${files.length} files`);
    assert.ok(edges.length > 100, `found only ${edges.length} imports`);
  });

  it('go in the allowed directions only', () => {
    const wrong = edges.filter(({ from, to }) => {
      const [source, target] = [partOf(from), partOf(to)];
      return (
        source !== undefined &&
        source !== target &&
        (target === undefined || !MAY_IMPORT[source].includes(target))
      );
    });
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} → ${to}`),
      [],
    );
  });

  it('make no cycle at run time', () => {
    assert.deepEqual(findCycle(edges.filter((edge) => !edge.typeOnly)), []);
  });

  it('use no default export and no barrel but services/index.ts', () => {
    const barrels = files.filter((file) => {
      const lines = readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => /^\S/.test(line) && !line.startsWith('//'));
      return (
        file !== 'services/index.ts' &&
        lines.length > 1 &&
        lines.every((line) => /^export .* from /.test(line))
      );
    });
    const defaults = files.filter((file) => /^export default /m.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual({ barrels, defaults }, { barrels: [], defaults: [] });
  });
});

/** One cycle as a list of files, or an empty list. */
function findCycle(graph: readonly Edge[]): string[] {
  const targets = groupBySource(graph);
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const { to } of targets.get(file) ?? []) {
      const cycle = visit(to);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of targets.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function groupBySource(graph: readonly Edge[]): Map<string, Edge[]> {
  const groups = new Map<string, Edge[]>();
  for (const edge of graph) groups.set(edge.from, [...(groups.get(edge.from) ?? []), edge]);
  return groups;
}
