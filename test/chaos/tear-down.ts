import { writeFileSync } from 'node:fs';
import { discardGathered, gathered, tableOf } from './report';

/** Prints what the runs came to, and writes it to the file that CHATHOOKS_CHAOS_REPORT names. */
export default function tearDown(): void {
  const table = tableOf(gathered());
  discardGathered();
  process.stdout.write(`\n${table}\n`);
  const file = process.env['CHATHOOKS_CHAOS_REPORT'];
  if (file !== undefined && file !== '') writeFileSync(file, `${table}\n`);
}
