import type { Store } from '../../../receiver/store/store';
import { arrivingSuite } from './arriving-suite';
import { claimSuite } from './claim-suite';
import { closingSuite } from './closing-suite';
import { duplicateSuite } from './duplicate-suite';
import { erasingSuite } from './erasing-suite';
import { listingSuite } from './listing-suite';
import { orderingSuite } from './ordering-suite';
import { replaySuite } from './replay-suite';
import { retentionSuite } from './retention-suite';
import { settlementSuite } from './settlement-suite';
import { sizeSuite } from './size-suite';

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

    arrivingSuite(fresh);
    duplicateSuite(fresh);
    retentionSuite(fresh);
    sizeSuite(fresh);
    claimSuite(fresh);
    settlementSuite(fresh);
    replaySuite(fresh);
    listingSuite(fresh);
    orderingSuite(fresh);
    erasingSuite(fresh);
    closingSuite(fresh);
  });
}
