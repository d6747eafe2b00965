import { StoreOpenError } from '../open-error';
import { messageOf } from './failure';

/** Names the file, and tells a file that is none of SQLite's from one that cannot be reached: the remedies differ. */
export function cannotOpen(path: string, error: unknown): StoreOpenError {
  if (error instanceof StoreOpenError) return error;
  const said = messageOf(error);
  const remedy = /not a database|malformed/.test(said)
    ? 'Check that store names the right file. If it does, put a backup in its place, or move it away to begin with an empty store.'
    : 'Check that its folder is there, that this user may read and write the folder and the file, and that there is room.';
  return new StoreOpenError('store_cannot_open', `The database ${path} cannot be opened: ${said}. ${remedy}`, { cause: error });
}
