/** Writes a line. */
export function print(line: string, stream: NodeJS.WritableStream = process.stdout): void {
  stream.write(`${line}\n`);
}

/** Writes a value as one line of JSON. */
export function printJson(value: unknown, stream: NodeJS.WritableStream = process.stdout): void {
  print(JSON.stringify(value), stream);
}

/** Rows in aligned columns. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const widths = rows.reduce<readonly number[]>((widest, row) => row.map((cell, index) => Math.max(widest[index] ?? 0, cell.length)), []);
  return rows.map((row) => `${indent}${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}

/** `1 event`, `3 events`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Text from outside, safe for a terminal: control characters can't move the cursor or recolour what follows. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An argument as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
