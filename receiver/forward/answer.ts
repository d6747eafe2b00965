import type { Readable } from 'node:stream';

/** How much of an answer is kept, for people to read. */
const KEPT_BYTES = 2_048;
/** An answer is read to its end so that the connection can be used again; from this size on a new connection is cheaper. */
const READ_BYTES = 65_536;
/** The status says all that counts: a destination that dribbles its answer does not hold a slot for it. */
const READ_MS = 2_000;

/**
 * Reads the beginning of an answer as text. Never throws, and never waits or reads for long: what stays unread is
 * dropped with its connection. Nothing is decompressed; a compressed answer counts as unreadable.
 */
export async function readAnswer(body: Readable, contentEncoding: string | undefined): Promise<string | undefined> {
  // A stream that is dropped may report so after nobody listens any longer, and that would end the process.
  body.on('error', () => undefined);
  const timer = setTimeout(() => body.destroy(), READ_MS);
  const kept: Uint8Array[] = [];
  let read = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (read < KEPT_BYTES) kept.push(chunk.subarray(0, KEPT_BYTES - read));
      read += chunk.length;
      if (read > READ_BYTES) break;
    }
  } catch {
    // Cut off: what has come so far is as good.
  } finally {
    clearTimeout(timer);
  }
  if (kept.length === 0 || (contentEncoding ?? 'identity') !== 'identity') return undefined;
  return decode(Buffer.concat(kept));
}

/** `stream` leaves out a character that the cut went through. A NUL is text to SQLite, and an error to Postgres. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true }).replaceAll('\0', '\u{fffd}');
}
