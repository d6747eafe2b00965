/*
 * Measures what the README claims about crashes, hostile input and load, and prints it as tables.
 *
 * npm run numbers -- [--quick]     a tenth of the rounds and of the time
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const times = (whole) => String(options.quick ? Math.ceil(whole / 10) : whole);

const measurements = [
  { heading: 'Crashes', script: 'test:chaos', environment: { CHATHOOKS_CHAOS_ROUNDS: times(100) } },
  { heading: 'Conformance', script: 'conformance' },
  { heading: 'Hostile input, SQLite', script: 'fuzz', options: ['--seconds', times(600), '--engine', 'sqlite'] },
  { heading: 'Hostile input, Postgres', script: 'fuzz', options: ['--seconds', times(300), '--engine', 'postgres', '--target', 'http'] },
  { heading: 'Load, SQLite', script: 'soak', options: ['--seconds', times(300)] },
  { heading: 'Load, Postgres', script: 'soak', options: ['--seconds', times(300), '--store', 'postgres'] },
];

let failed = false;
for (const measurement of measurements) failed = !(await measure(measurement)) || failed;
process.exit(failed ? 1 : 0);

/** Prints the tables among what a script says. Returns whether it succeeded; what it said otherwise is shown when it did not. */
async function measure({ heading, script, options: given = [], environment = {} }) {
  console.log(`\n## ${heading}\n`);
  const child = spawn('npm', ['run', '--silent', script, '--', ...given], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  child.stderr.on('data', (text) => said.push(String(text)));
  createInterface(child.stdout).on('line', (line) => (line.startsWith('| ') ? console.log(line) : said.push(`${line}\n`)));
  const [code] = await once(child, 'close');
  if (code !== 0) console.error(said.join(''));
  return code === 0;
}
