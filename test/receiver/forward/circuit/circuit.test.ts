import fc from 'fast-check';
import { after, CIRCUIT, closedCircuit, requestsAllowed, stateOf, type Circuit, type Symptom } from '../../../../receiver/forward/circuit/circuit';
import { conditionOf } from '../../../../receiver/forward/circuit/symptom';

const start = 1_700_000_000_000;
const { failures, pauses } = CIRCUIT;

function down(webhookId: string, sentAt = start, retryAfterMs?: number): Symptom {
  return { webhookId, condition: 'down', sentAt, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Open since `start`, with its first pause of 5 s. */
function opened(symptom: Partial<Symptom> = {}): Circuit {
  const ids = Array.from({ length: failures }, (_, index) => `r${index}`);
  return ids.reduce<Circuit>((circuit, id) => after(circuit, { ...down(id), ...symptom }, start, 1), closedCircuit);
}

describe('a circuit', () => {
  it('opens when as many requests have failed in a row', () => {
    let circuit = closedCircuit;
    for (let count = 1; count <= failures; count++) {
      expect(stateOf(circuit, start)).toBe('closed');
      circuit = after(circuit, down(`r${count}`), start, 1);
    }
    expect(stateOf(circuit, start)).toBe('open');
    expect(requestsAllowed(circuit, start)).toBe(0);
  });

  it('does not open because of one request, however often that fails', () => {
    let circuit = closedCircuit;
    for (let count = 0; count < 100; count++) circuit = after(circuit, down('poison'), start + count, 1);
    expect(stateOf(circuit, start + 100)).toBe('closed');
  });

  it('counts from the beginning after a success', () => {
    let circuit = closedCircuit;
    for (let count = 0; count < 100; count++) circuit = after(circuit, count % failures === failures - 1 ? { ...down(`r${count}`), condition: 'up' } : down(`r${count}`), start, 1);
    expect(stateOf(circuit, start)).toBe('closed');
  });

  it('lets one request through when its pause is over, and all when that arrives', () => {
    const circuit = opened();
    expect(requestsAllowed(circuit, start + 4_999)).toBe(0);
    expect([stateOf(circuit, start + 5_000), requestsAllowed(circuit, start + 5_000)]).toEqual(['half_open', 1]);
    const closed = after(circuit, { ...down('r9', start + 5_000), condition: 'up' }, start + 5_100, 1);
    expect([stateOf(closed, start + 5_100), requestsAllowed(closed, start + 5_100)]).toEqual(['closed', Infinity]);
  });

  it('pauses for longer each time that the probe fails: 5 s, 10 s, … 5 min', () => {
    let circuit = opened();
    const seconds: number[] = [];
    for (let count = 0; count < 9; count++) {
      const { since = 0, until = 0 } = circuit.pause ?? {};
      seconds.push((until - since) / 1_000);
      circuit = after(circuit, down('probe', until), until + 50, 1);
    }
    expect(seconds).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('rests for as long as it was asked to', () => {
    expect(opened({ retryAfterMs: 600_000 }).pause?.until).toBe(start + 600_000);
    expect(opened({ retryAfterMs: 1 }).pause?.until).toBe(start + 5_000);
  });

  it('is not kept open by requests that were under way when it opened, however late they fail', () => {
    const circuit = opened();
    expect(after(circuit, down('late', start - 100), start + 100, 1).pause).toBe(circuit.pause);
    expect(after(circuit, down('later', start - 100), start + 60_000, 1).pause).toBe(circuit.pause);
  });

  it('is closed by one of these that arrives', () => {
    expect(after(opened(), { ...down('late', start - 100), condition: 'up' }, start + 100, 1)).toBe(closedCircuit);
  });

  it('learns nothing from what says nothing', () => {
    const circuit = opened();
    expect(after(circuit, { ...down('x', start + 9_000), condition: 'unclear' }, start + 9_000, 1)).toBe(circuit);
  });

  it('is not open for hours when the clock is set back', () => {
    const circuit = opened();
    expect(stateOf(circuit, start - 3_600_000)).toBe('half_open');
    const again = after(circuit, down('probe', start - 3_600_000), start - 3_600_000, 1);
    expect(again.pause).toMatchObject({ since: start - 3_600_000, number: 2 });
  });

  it('whatever happens: opens after enough failures only, has bounded pauses, and one success closes it', () => {
    const happening = fc.record({
      webhookId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      condition: fc.constantFrom<Symptom['condition'][]>('up', 'down', 'down', 'down', 'unclear'),
      waitMs: fc.integer({ min: 0, max: 700_000 }),
      tookMs: fc.integer({ min: 0, max: 300_000 }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      let circuit = closedCircuit;
      let now = start;
      let failed = new Set<string>();
      for (const { webhookId, condition, waitMs, tookMs, random } of happenings) {
        now += waitMs;
        const before = circuit;
        const sentAt = now - tookMs;
        circuit = after(before, { webhookId, condition, sentAt }, now, random);
        if (condition === 'up') failed = new Set();
        if (condition === 'down') failed.add(webhookId);
        if (condition !== 'down') expect(circuit).toBe(condition === 'up' ? closedCircuit : before);
        expect(stateOf(circuit, now) === 'closed').toBe(failed.size < failures);
        expect(circuit.failing.length).toBeLessThanOrEqual(failures);
        if (circuit.pause === undefined || circuit.pause === before.pause) continue;
        const whole = Math.min(pauses.capMs, pauses.baseMs * pauses.factor ** (circuit.pause.number - 1));
        expect(circuit.pause.number).toBe((before.pause?.number ?? 0) + 1);
        expect(circuit.pause.since).toBe(now);
        expect(circuit.pause.until - now).toBeGreaterThanOrEqual(Math.floor(whole / 2));
        expect(circuit.pause.until - now).toBeLessThanOrEqual(whole);
        if (before.pause !== undefined) expect(sentAt).toBeGreaterThanOrEqual(before.pause.until);
      }
    }));
  });
});

describe('an attempt', () => {
  it.each([
    [{ error: 'connection_refused' }, 'down'],
    [{ error: 'timeout' }, 'down'],
    [{ error: 'dns_failure' }, 'down'],
    [{ error: 'address_refused' }, 'down'],
    [{ error: 'stopped' }, 'unclear'],
    [{ status: 200 }, 'up'],
    [{ status: 204 }, 'up'],
    [{ status: 302 }, 'down'],
    [{ status: 400 }, 'up'],
    [{ status: 401 }, 'up'],
    [{ status: 404 }, 'down'],
    [{ status: 410 }, 'unclear'],
    [{ status: 413 }, 'up'],
    [{ status: 422 }, 'up'],
    [{ status: 429 }, 'down'],
    [{ status: 500 }, 'down'],
    [{ status: 503 }, 'down'],
  ])('that ends with %j says %s', (attempt, expected) => expect(conditionOf(attempt)).toBe(expected));
});
