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
}

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
      .map(({ file, from }) => ({ file, to: normalize(join(dirname(file), from)) }))
      .filter(({ to }) => !allowed.some((room) => to === room || to.startsWith(`${room}/`)));
    expect(strays).toEqual([]);
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
      found.push({ file, from: node.moduleSpecifier.text, typesOnly });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) found.push({ file, from: 'import()', typesOnly: false });
    ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  return found;
}

function isAllowedInContract({ file, from }: Import): boolean {
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
