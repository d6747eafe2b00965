import { createCarry, type CarryOptions } from '../../../receiver/forward/carry';
import type { Destination } from '../../../receiver/forward/destinations';
import type { OutgoingRequest, Settlement } from '../../../receiver/store/store';
import { silentLog } from '../../../receiver/telemetry/log';

const NOW = 1_763_000_000_000;
const TIMEOUT = 15_000;
const request: OutgoingRequest = { webhookId: 'msg_1', destination: 'n8n', attempt: 3, events: [{ key: '1', event: '{}' }] };
const destination: Destination = {
  config: { id: 'n8n', url: 'http://127.0.0.1/', secrets: [], events: ['**'], concurrency: 1, batch: { max: 1, waitMs: 0 }, timeoutMs: TIMEOUT, order: 'none', retry: { attempts: 10 } },
  origin: 'configured',
};

/** Carries one request to a destination that answers with a status. `done` is what was done, in its order. */
async function carried(status: number, leaseEndsAt: number, changes: Partial<CarryOptions> = {}): Promise<{ readonly done: readonly unknown[]; readonly again: number | undefined }> {
  const done: unknown[] = [];
  const carry = createCarry({
    post: { send: async () => (done.push('sent'), { status, latencyMs: 1 }) },
    store: { settle: async ({ outcome, attemptNumber }: Settlement) => void done.push([outcome, attemptNumber]) },
    destinations: { get: () => destination, isLeaving: () => false, disable: () => void done.push('disabled'), save: async () => void done.push('saved') },
    clock: () => NOW,
    random: () => 0,
    schedule: { baseMs: 1, factor: 1, capMs: 1 },
    log: silentLog,
    onEnd: () => undefined,
    onAttempt: () => undefined,
    onUnsettled: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  });
  return { again: await carry(request, destination, leaseEndsAt), done };
}

describe('a claimed request', () => {
  it('is settled as the attempt that it was claimed for', async () => {
    expect(await carried(200, NOW + TIMEOUT)).toEqual({ done: ['sent', ['delivered', 3]], again: undefined });
  });

  it('is not sent when its lease may end before the answer is here; it is looked for again when it has', async () => {
    const leaseEndsAt = NOW + TIMEOUT - 1;
    expect(await carried(200, leaseEndsAt)).toEqual({ done: [], again: leaseEndsAt });
  });

  it('that is answered with 410 has that kept before it is settled: nobody is to send the next one', async () => {
    expect((await carried(410, NOW + TIMEOUT)).done).toEqual(['sent', 'disabled', 'saved', ['dead', 3]]);
  });
});
