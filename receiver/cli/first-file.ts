import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { errorCode } from '../config/error-code';
import { firstConfig } from '../config/first-run';
import { Failure } from './failure';

/**
 * Writes a fresh configuration, which only its owner may read: it is full of secrets.
 * @returns false when there is a file already; it is never written over.
 */
export async function writeFirstFile(path: string): Promise<boolean> {
  try {
    await writeFile(path, firstConfig(randomBytes), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    const reason = errorCode(error) ?? 'unknown reason';
    throw new Failure('config_unwritable', `${path} cannot be written (${reason}). Check the folder and who may write to it, or name another with --config.`, { cause: error });
  }
}
