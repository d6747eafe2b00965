/*
 * What n8n's scanner judges a community package by, on this checkout: the sources, and the package as npm would publish
 * it. Each is linted by the scanner itself and, since the scanner pins an older one, by the newest rules as well.
 * Comments that switch rules off count for nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';
import { ESLint } from 'eslint';
import { published, rules, source } from './rules.mjs';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'chathooks-scan-'));

try {
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  const unpacked = join(folder, 'package');

  const legs = [
    ['sources, by the scanner', () => scanner(root, SOURCE_FILE_PATTERNS)],
    ['sources, by the newest rules', () => newest(root, source)],
    ['tarball, by the scanner', () => scanner(unpacked, published)],
    ['tarball, by the newest rules', () => newest(unpacked, published)],
  ];
  for (const [name, judge] of legs) {
    const faults = await judge();
    console.log(`${faults === undefined ? 'clean ' : 'FAULTS'}  ${name}`);
    if (faults !== undefined) {
      console.log(faults);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function scanner(directory, patterns) {
  const { passed, message, details } = await analyzePackage(directory, patterns);
  return passed ? undefined : (details ?? message);
}

/** Warnings count too: n8n's reviewers read them. */
async function newest(directory, patterns) {
  const eslint = new ESLint({ cwd: directory, allowInlineConfig: false, overrideConfigFile: true, overrideConfig: rules, errorOnUnmatchedPattern: false });
  const results = await eslint.lintFiles(patterns);
  if (results.length === 0) return 'No file was found to lint.';
  if (results.every(({ errorCount, warningCount }) => errorCount + warningCount === 0)) return undefined;
  return (await eslint.loadFormatter('stylish')).format(results);
}
