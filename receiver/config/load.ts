import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from './config';
import { errorCode } from './error-code';
import { ConfigError, invalid, pathText } from './mistakes';
import { checkFile } from './parse';
import type { Parsed, RawMistake } from './parse';
import { isRecord } from './record';
import { hideReferences, resolveReferences, showReferences } from './references';
import type { Environment, References } from './references';
import { secretFiles } from './secret-file';
import { readYaml } from './yaml';

/**
 * Reads, substitutes and checks a configuration file.
 * @throws ConfigError that names every mistake at once, each with its path and line, and never a value.
 */
export async function loadConfig(path: string, environment: Environment): Promise<Parsed<Config>> {
  return readConfig(await textOf(path), path, environment);
}

/**
 * The same for a text that is at hand.
 * @param name what the text is called in messages; a path, since files that it refers to are looked for beside it.
 * @throws ConfigError as {@link loadConfig} does.
 */
export function readConfig(text: string, name: string, environment: Environment): Parsed<Config> {
  const yaml = readYaml(hideReferences(text));
  if (!yaml.ok) throw invalid(name, yaml.mistakes.map((mistake) => ({ path: '', ...mistake })));
  const { value, mistakes: unresolved } = substitute(yaml.value, { environment, file: secretFiles(dirname(name)) });
  const check = checkFile(value);
  if (check.ok && unresolved.length === 0) return { config: check.config, warnings: check.warnings };
  const places = new Set(unresolved.map(({ at }) => pathText(at)));
  const mistakes = [...unresolved, ...(check.ok ? [] : check.mistakes.filter(({ at }) => !places.has(pathText(at))))];
  const located = mistakes.map(({ at, message }) => {
    const line = yaml.lineOf(at);
    return { path: pathText(at), ...(line === undefined ? {} : { line }), message };
  });
  throw invalid(name, located.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)));
}

async function textOf(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new ConfigError('config_missing', `There is no configuration at ${path}. Write one with: chathooks init --config ${path}`, [], { cause: error });
    throw new ConfigError('config_unreadable', `The configuration at ${path} cannot be read. Check that it is a file and who may read it.`, [], { cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError('config_unreadable', `The configuration at ${path} is not UTF-8 text. Save it as UTF-8.`, [], { cause: error });
  }
}

interface Substituted {
  readonly value: unknown;
  readonly mistakes: readonly RawMistake[];
}

/** Resolves the references in every string of a parsed file. */
function substitute(parsed: unknown, references: References): Substituted {
  const mistakes: RawMistake[] = [];
  const walk = (value: unknown, at: readonly PropertyKey[]): unknown => {
    if (Array.isArray(value)) return value.map((entry, index) => walk(entry, [...at, index]));
    if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [showReferences(key), walk(entry, [...at, showReferences(key)])]));
    if (typeof value !== 'string') return value;
    const resolved = resolveReferences(value, references);
    if (resolved.ok) return resolved.value;
    mistakes.push({ at, message: resolved.message });
    return '';
  };
  return { value: walk(parsed, []), mistakes };
}
