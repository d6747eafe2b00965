/** Forged deliveries, however many, make this node ask Spika twice a minute and no more. */
const PAUSE_MS = 30_000;

/** The nodes of one process. The one that asked first goes first. */
const MOST_NODES = 1_000;

interface LookUp {
  readonly startedAt: number;
  readonly result: Promise<string | undefined>;
}

/**
 * Signatures that were asked for anew, since the kept one is missing or no longer the right one: somebody made the
 * webhook anew by hand, or the node was renamed. Known to one process, for as long as it runs.
 */
export interface RenewedSignatures {
  /** What was found last for a node, in place of the signature that it keeps. */
  known(node: string): string | undefined;
  /**
   * The signature as it is now, or undefined when that is the one that was tried, or can't be told. Deliveries that come
   * while it is being asked for wait for the same answer.
   * @param look asks Spika; it does not reject.
   */
  renew(node: string, tried: string | undefined, now: number, look: () => Promise<string | undefined>): Promise<string | undefined>;
}

/** Knows nothing yet. */
export function createRenewedSignatures(): RenewedSignatures {
  const found = new Map<string, string>();
  const lookUps = new Map<string, LookUp>();

  async function lookUp(node: string, look: () => Promise<string | undefined>): Promise<string | undefined> {
    const signature = await look();
    if (signature !== undefined) remember(found, node, signature);
    return signature;
  }

  return {
    known: (node) => found.get(node),
    async renew(node, tried, now, look) {
      const last = lookUps.get(node);
      const current = last !== undefined && now - last.startedAt < PAUSE_MS ? last : { startedAt: now, result: lookUp(node, look) };
      if (current !== last) remember(lookUps, node, current);
      const signature = await current.result;
      return signature === tried ? undefined : signature;
    },
  };
}

/** A Map lists its keys in the order of insertion: the first is the oldest. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_NODES) map.delete(map.keys().next().value ?? '');
}
