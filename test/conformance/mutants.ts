import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { root } from '../support/samples';
import type { Contract } from './contract';

/** A way to break the contract, and the checks that have to notice. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: readonly string[];
}

/**
 * Compiles a copy of the contract with one line of it broken, and loads it.
 * @throws Error when the line to break is not there any more: a mutant that changes nothing proves nothing.
 */
export function breed(mutant: Mutant, index: number): Contract {
  const folder = join(root, 'node_modules', '.cache', 'chathooks-mutants', `${process.pid}-${index}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of sourceFiles()) {
    const source = readFileSync(join(root, 'providers', file), 'utf8');
    const mutated = file === mutant.file ? applied(mutant, source) : source;
    const target = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, compiled(mutated));
  }
  const load = (file: string): unknown => jest.requireActual(join(folder, file));
  return { ...(load('index.js') as object), ...(load('schemas.js') as object), ...(load('receive.js') as object), ...(load('authentication/prove.js') as object) } as Contract;
}

function sourceFiles(): readonly string[] {
  return readdirSync(join(root, 'providers'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

function applied({ name, file, find, replace }: Mutant, source: string): string {
  if (!source.includes(find)) throw new Error(`Mutant "${name}": ${file} no longer holds «${find}».`);
  return source.replace(find, replace);
}

function compiled(source: string): string {
  return transformSync(source, { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }).code;
}

