import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const MOST = 4_000;

/**
 * Inputs that led somewhere new, to go on from. With a folder, they are read from there and kept there.
 * @param seeds what to begin with.
 */
export function createCorpus(seeds, folder, chance) {
  const inputs = [...seeds, ...read(folder)];
  return {
    pick: () => chance.pick(inputs),
    add(input) {
      if (inputs.length < MOST) inputs.push(input);
      // What was found lately leads on; the seeds stay.
      else inputs[seeds.length + chance.below(MOST - seeds.length)] = input;
      if (folder === undefined) return;
      const text = JSON.stringify(input);
      writeFileSync(join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`), text);
    },
    size: () => inputs.length,
  };
}

function read(folder) {
  if (folder === undefined) return [];
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}
