import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { providerNames } from '../providers';
import { root } from './support/samples';

/** What n8n's scanner forbids in a node package: the contract ships in it. */
const BANNED_GLOBALS = new Set([
  'process', 'global', 'globalThis', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate',
  'clearImmediate', '__dirname', '__filename', 'console', 'eval', 'Function', 'require', 'fetch',
]);

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typesOnly: boolean;
  /** Loaded while the program runs, by `import()` or `require()`. */
  readonly isLate: boolean;
}

/** Where a room of the receiver may look besides itself and the contract. */
const ROOMS: readonly (readonly [room: string, allowed: readonly string[]])[] = [
  ['http', []],
  ['store', ['telemetry', 'backoff', 'event-globs']],
  ['erasure', ['config', 'store']],
  ['forward', ['config', 'store', 'telemetry', 'backoff', 'event-globs']],
  ['ingest', ['config', 'forward', 'http', 'store', 'token-bucket']],
  ['api', ['config', 'erasure', 'forward', 'http', 'store', 'telemetry', 'token-bucket']],
];

const ENGINES = ['receiver/store/sqlite', 'receiver/store/postgres'];
/** Who knows which engine there is: what opens one, and the commands that look into one. */
const KNOW_ENGINES = ['receiver/store/open.ts', 'receiver/cli/migrate.ts', 'receiver/cli/check-postgres.ts'];

const sources = new Map(
  ['providers', 'nodes', 'credentials', 'receiver'].flatMap((folder) => filesBelow(folder)).map((file) => [file, parse(file)] as const),
);

describe('the contract', () => {
  const files = [...sources.keys()].filter((file) => file.startsWith('providers/'));

  it('is there', () => expect(files.length).toBeGreaterThan(40));

  it('imports node:crypto and itself, and zod in its schemas alone', () => {
    expect(files.flatMap(imports).filter((found) => !isAllowedInContract(found))).toEqual([]);
  });

  it('runs no schema outside the schemas, so that the nodes ship without zod', () => {
    const users = files.flatMap(imports).filter(({ file, from, typesOnly }) => /(?:^|\/)schemas?$/.test(from) && !typesOnly && !/\/schemas?\.ts$/.test(file));
    expect(users).toEqual([]);
  });

  it('uses no global that n8n forbids', () => {
    expect(files.flatMap((file) => globalsOf(file).map((name) => `${file}: ${name}`))).toEqual([]);
  });

  it('compares secrets in one place', () => {
    const users = [...sources.keys()].filter((file) => readFileSync(join(root, file), 'utf8').includes('timingSafeEqual'));
    expect(users).toEqual(['providers/authentication/compare.ts']);
  });
});

describe('the arrows point one way', () => {
  const targets = [...sources.keys()].flatMap(imports).filter(({ from }) => from.startsWith('.'));

  it.each([
    ['providers', ['providers']],
    ['nodes', ['nodes', 'providers']],
    ['credentials', ['credentials', 'providers']],
    ['receiver', ['receiver', 'providers']],
  ])('%s imports from %j', (folder, allowed) => {
    const strays = targets
      .filter(({ file }) => file.startsWith(`${folder}/`))
      .map(arrow)
      .filter(({ to }) => !allowed.some((room) => isIn(to, room)));
    expect(strays).toEqual([]);
  });

  it.each(ROOMS)('receiver/%s looks into %j and itself', (room, others) => {
    const allowed = ['providers', ...[room, ...others].map((name) => `receiver/${name}`)];
    const found = targets.filter(({ file }) => isIn(file, `receiver/${room}`));
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(arrow).filter(({ to }) => !allowed.some((other) => isIn(to, other)))).toEqual([]);
  });

  it('nobody looks into a store\'s engine but itself and those who choose one', () => {
    const strays = targets.map(arrow).filter(({ file, to }) => ENGINES.some((engine) => isIn(to, engine) && !isIn(file, engine)));
    expect(new Set(strays.map(({ file }) => file))).toEqual(new Set(KNOW_ENGINES));
  });

  it('a receiver on SQLite does not load Postgres', () => {
    const loaded = new Set(['receiver/index.ts', 'receiver/cli/main.ts']);
    for (const file of loaded) for (const found of imports(file).filter(isAtOnce)) for (const next of fileAt(file, found.from)) loaded.add(next);
    expect(loaded).toContain('receiver/store/sqlite/store.ts');
    expect([...loaded].flatMap(imports).filter((found) => isAtOnce(found) && /^pg(?:-boss)?$/.test(found.from))).toEqual([]);
  });

  it('no provider looks into another', () => {
    const strays = targets.filter(({ file, from }) => {
      const [room, other] = [providerOf(file), providerOf(normalize(join(dirname(file), from)))];
      return room !== undefined && other !== undefined && other !== room;
    });
    expect(strays).toEqual([]);
    expect(new Set([...sources.keys()].map(providerOf).filter((name) => name !== undefined))).toEqual(new Set(providerNames));
  });

  it('the contract has no circle, of types neither', () => {
    const arrows = new Map([...sources.keys()].map((file) => [file, new Set(imports(file).flatMap(({ from }) => fileAt(file, from)))] as const));
    // Files that import nothing, or only such as are gone, go; what is left are circles and what leads to them.
    const left = new Set([...sources.keys()].filter((file) => file.startsWith('providers/')));
    for (let before = Infinity; left.size < before;) {
      before = left.size;
      for (const file of left) if (arrows.get(file)?.isDisjointFrom(left) === true) left.delete(file);
    }
    expect([...left]).toEqual([]);
  });
});

/** An import as two paths. */
function arrow({ file, from }: Import): { readonly file: string; readonly to: string } {
  return { file, to: normalize(join(dirname(file), from)) };
}

/** Whether a path is that of a room, or within it. */
function isIn(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`);
}

function isAtOnce({ typesOnly, isLate }: Import): boolean {
  return !typesOnly && !isLate;
}

/** The provider in whose folder a file is, or undefined. */
function providerOf(file: string): string | undefined {
  const [house, room = ''] = file.split('/');
  return house === 'providers' ? providerNames.find((name) => name === room) : undefined;
}

/** The source that an import names, or none. */
function fileAt(file: string, from: string): readonly string[] {
  if (!from.startsWith('.')) return [];
  const target = normalize(join(dirname(file), from));
  return [`${target}.ts`, `${target}/index.ts`].filter((candidate) => sources.has(candidate));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/(?:^|\/)(?:dist|node_modules)\//.test(file))
    .map((file) => `${folder}/${file}`);
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2023, true);
}

function imports(file: string): readonly Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
      const typesOnly = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly === true : node.isTypeOnly;
      found.push({ file, from: node.moduleSpecifier.text, typesOnly, isLate: false });
    }
    if (ts.isCallExpression(node) && isLoading(node)) {
      const [from] = node.arguments;
      found.push({ file, from: from !== undefined && ts.isStringLiteral(from) ? from.text.replace(/\.js$/, '') : 'unknown', typesOnly: false, isLate: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  return found;
}

function isLoading({ expression }: ts.CallExpression): boolean {
  return expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require');
}

function isAllowedInContract({ file, from, isLate }: Import): boolean {
  if (isLate) return false;
  if (from.startsWith('.') || from === 'node:crypto') return true;
  return from === 'zod' && /(?:^|\/)schemas?\.ts$/.test(file);
}

/** Identifiers that stand for themselves: not a property's name, not a type. */
function globalsOf(file: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node) && BANNED_GLOBALS.has(node.text) && !isName(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  return found;
}

function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isPropertyAccessExpression(parent) && parent.name === node) || (ts.isPropertyAssignment(parent) && parent.name === node);
}

function sourceOf(file: string): ts.SourceFile {
  const source = sources.get(file);
  if (source === undefined) throw new Error(`${file} is not a source.`);
  return source;
}
