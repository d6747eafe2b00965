import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from '../../providers/provider';

export const root = join(__dirname, '..', '..');

/** Names of all sample files of a provider, without `.json`. */
export function sampleNames(provider: string): readonly string[] {
  return readdirSync(join(root, 'providers', provider, 'samples'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

export function readSample(provider: string, name: string): Sample {
  return JSON.parse(readFileSync(join(root, 'providers', provider, 'samples', `${name}.json`), 'utf8')) as Sample;
}
