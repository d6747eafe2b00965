import type { Attempt, Claimed, OutgoingRequest, Store } from '../../../receiver/store/store';

export const LEASE = 60_000;
export const ok: Attempt = { at: 1_763_000_000_000, latencyMs: 12.5, status: 200, answer: 'thanks' };
export const failed: Attempt = { at: 1_762_999_999_000, latencyMs: 3, error: 'timeout' };

export function claim(store: Store, requests = 100, batch = 1, leaseMs = LEASE): Promise<Claimed> {
  return store.claim({ destination: 'n8n', requests, batch, leaseMs });
}

export async function claimOne(store: Store): Promise<OutgoingRequest> {
  const [request] = (await claim(store, 1)).requests;
  if (request === undefined) throw new Error('nothing to claim');
  return request;
}
