import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type StoreOptions } from '../../../receiver/store/open';
import type { Store } from '../../../receiver/store/store';

export interface SqliteDatabases {
  /** The path of a database that is not there yet, in a folder that is not there either. */
  newPath(): string;
  /** A store over a path; closed after the test, unless the test has done so. */
  opened(path: string, options?: StoreOptions): Promise<Store>;
}

/** Databases for the tests of a file, closed and removed after each test. */
export function sqliteDatabases(): SqliteDatabases {
  const folders: string[] = [];
  const stores: Store[] = [];

  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  return {
    newPath() {
      const folder = mkdtempSync(join(tmpdir(), 'store-'));
      folders.push(folder);
      return join(folder, 'data', 'hooks.db');
    },
    async opened(path, options = {}) {
      const store = await openStore(`sqlite:${path}`, options);
      stores.push(store);
      return store;
    },
  };
}
