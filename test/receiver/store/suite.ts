import type { Store } from '../../../receiver/store/store';
import { erasingSuite } from './erasing-suite';
import { forwardingSuite } from './forwarding-suite';
import { keepingSuite } from './keeping-suite';
import { listingSuite } from './listing-suite';
import { orderingSuite } from './ordering-suite';

/** A store with nothing in it yet. */
export interface OpenedStore {
  readonly store: Store;
  /** Others may have it open too: a claim says when to look again even when there is nothing. */
  readonly shared?: true;
  /** Closes the store and opens what it kept. */
  reopen(): Promise<Store>;
  destroy(): Promise<void>;
}

export type OpenStoreForTest = () => Promise<OpenedStore>;

/** What every store has to do, whatever it keeps events in. */
export function storeSuite(name: string, open: OpenStoreForTest): void {
  describe(name, () => {
    const opened: OpenedStore[] = [];
    const fresh = async (): Promise<OpenedStore> => {
      const one = await open();
      opened.push(one);
      return one;
    };
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.destroy();
    });

    keepingSuite(fresh);
    forwardingSuite(fresh);
    listingSuite(fresh);
    orderingSuite(fresh);
    erasingSuite(fresh);
  });
}
