import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCode } from './error-code';
import type { Resolved } from './references';

/** The longest secret by far is a list of keys. Somebody who names a log or a disk by mistake is told so. */
const MOST_BYTES = 65_536;

const NOT_THERE = 'is not there. Check the path, and that the secret is mounted.';
const NOT_ALLOWED = 'may not be read by this user. Check its owner and mode.';

/** By the codes of Node's errors. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', NOT_THERE],
  ['ENOTDIR', NOT_THERE],
  ['EACCES', NOT_ALLOWED],
  ['EPERM', NOT_ALLOWED],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'is not UTF-8 text. Write the value into it as text.'],
]);

/**
 * Reads files that hold one value each. One line break at the end does not count: every editor and `echo` writes one.
 * @param folder what relative paths start from.
 * @returns the value; else what to check, with the path and without anything of what the file holds.
 */
export function secretFiles(folder: string): (path: string) => Resolved {
  return (path) => {
    const file = resolve(folder, path);
    const failed = (what: string): Resolved => ({ ok: false, message: `needs the file ${file}, which ${what}` });
    let descriptor: number;
    try {
      // A pipe that nobody writes to would be waited for forever.
      descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      return failed(reasonOf(error));
    }
    try {
      const found = fstatSync(descriptor);
      if (!found.isFile()) return failed('is no file. Name the file that holds the value.');
      if (found.size > MOST_BYTES) return failed(`is larger than ${MOST_BYTES} bytes. Check that it is the right one: it has to hold the value and nothing else.`);
      const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor));
      const value = text.replace(/\r?\n$/, '');
      return value === '' ? failed('is empty. Write the value into it.') : { ok: true, value };
    } catch (error) {
      return failed(reasonOf(error));
    } finally {
      closeSync(descriptor);
    }
  };
}

function reasonOf(error: unknown): string {
  const code = errorCode(error) ?? 'unknown';
  return REASONS.get(code) ?? `cannot be read (${code}). Check the disk that it is on.`;
}
