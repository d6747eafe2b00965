import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../receiver/store/open';
import type { Store } from '../../../receiver/store/store';

/** Opens a new SQLite store in a folder of its own; both are gone after what is handed to `onEnd` has run. */
export async function openTestStore(onEnd: (close: () => unknown) => void): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'chathooks-forward-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  onEnd(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return store;
}
