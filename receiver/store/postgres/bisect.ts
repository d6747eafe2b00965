import type { Outcome } from './batcher';
import { isContent, storeErrorOf } from './failure';

/**
 * Carries out a batch at once. When something in it is refused for what it holds, the batch is halved, and the halves
 * again, down to the item at fault: only that one fails. Trouble of the database fails what is left, for now.
 */
export async function bisected<Item, Result>(items: readonly Item[], carryOut: (items: readonly Item[]) => Promise<readonly Result[]>): Promise<readonly Outcome<Result>[]> {
  try {
    return (await carryOut(items)).map((value) => ({ ok: true, value }));
  } catch (error) {
    if (!isContent(error) || items.length === 1) return items.map(() => ({ ok: false, error: storeErrorOf(error) }));
    const middle = items.length >> 1;
    return [...(await bisected(items.slice(0, middle), carryOut)), ...(await bisected(items.slice(middle), carryOut))];
  }
}
