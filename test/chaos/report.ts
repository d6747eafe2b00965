import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** What one run came to. */
export interface Row {
  readonly run: string;
  readonly store: string;
  readonly receivers: number;
  readonly rounds: number;
  readonly kills: number;
  /** Events that were answered with 200. */
  readonly acknowledged: number;
  /** At least as many: an answer may be lost with its receiver. */
  readonly stored: number;
  /** Different events that came to at least one destination. */
  readonly forwarded: number;
  /** Requests to a destination that came again. */
  readonly repeats: number;
  /** Promises that were not kept. */
  readonly losses: number;
  readonly seconds: number;
  readonly seed: number;
}

/** Where rows are gathered: one process writes them, another prints them. */
const GATHERED = 'CHATHOOKS_CHAOS_ROWS';

const COLUMNS = ['run', 'store', 'receivers', 'rounds', 'kills', 'acknowledged', 'stored', 'forwarded', 'repeats', 'losses', 'seconds', 'seed'] as const satisfies readonly (keyof Row)[];

/** Has rows gathered in a file, alone in its folder. */
export function gatherIn(file: string): void {
  process.env[GATHERED] = file;
}

/** Adds a row to the table, where one is being made. */
export function record(row: Row): void {
  const file = process.env[GATHERED];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

export function gathered(): readonly Row[] {
  const file = process.env[GATHERED];
  if (file === undefined || !existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}

/** Removes what was gathered, with its folder. */
export function discardGathered(): void {
  const file = process.env[GATHERED];
  if (file !== undefined) rmSync(dirname(file), { recursive: true, force: true });
}

/** The rows as a Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => (column === 'seed' ? String(row.seed) : row[column].toLocaleString('en'))));
  return [COLUMNS, COLUMNS.map((column) => (column === 'run' || column === 'store' ? '---' : '---:')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
