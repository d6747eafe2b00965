/** The sequence number that a key stands for; nothing for what is no key of this store. */
export function seqOf(key: string): number | undefined {
  if (!/^[1-9][0-9]{0,15}$/.test(key)) return undefined;
  const seq = Number(key);
  return Number.isSafeInteger(seq) ? seq : undefined;
}

/** Where a page ends: a number beyond all rows comes before everything, and what is no number before nothing. */
export function boundOf(before: string | undefined): number {
  if (before === undefined) return Number.MAX_SAFE_INTEGER;
  return /^[0-9]+$/.test(before) ? Math.min(Number(before), Number.MAX_SAFE_INTEGER) : 0;
}

/** The id under which an event is kept whose own id belongs to an earlier one. */
export function renamedId(id: string, at: number): string {
  return `${id}.${at}`;
}
