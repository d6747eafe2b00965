import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { codeOf } from './failure';

/**
 * Makes sure that a database file is there, readable by its owner only, and returns its real path: two links to one
 * file must come to the same lock.
 *
 * An existing file is not opened here, not even to look: POSIX drops all locks that a process holds on a file as soon
 * as the process closes any descriptor of it.
 */
export function createDatabaseFile(path: string): string {
  const file = resolve(path);
  createFolder(dirname(file));
  if (createFile(file)) fsyncFolder(dirname(file));
  return realpathSync(file);
}

/**
 * Creates a folder, and those above it, for their owner only; one that exists keeps its mode: whoever made it decided. Level
 * by level: where a file system refuses with ENOENT below a folder that is there (/proc), Node's recursive mkdir never ends.
 */
function createFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    const parent = dirname(folder);
    if (codeOf(error) !== 'ENOENT' || existsSync(parent)) throw error;
    createFolder(parent);
    createFolder(folder);
  }
}

/** Creates an empty file for its owner only. Returns false when there is one already. */
export function createFile(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A power cut can take away a new file's name although its content was synced: the name belongs to the folder. */
export function fsyncFolder(folder: string): void {
  // Windows has no such call, and no need of it.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
