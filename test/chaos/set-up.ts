import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatherIn } from './report';

/** Many more rounds than `npm test` takes. */
const ROUNDS = 100;

export default function setUp(): void {
  process.env['CHATHOOKS_CHAOS_ROUNDS'] ??= String(ROUNDS);
  gatherIn(join(mkdtempSync(join(tmpdir(), 'chathooks-chaos-')), 'rows.jsonl'));
}
