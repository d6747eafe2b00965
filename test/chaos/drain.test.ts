import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { engines } from '../../test/receiver/engines';
import { BASIC_HEADER } from '../support/running';
import { chance, chosenSeed } from './chance';
import { bodyOf } from './deliveries';
import { roundsOf } from './scale';
import { until } from './wait';
import { openWorld } from './world';
import type { World } from './world';

const RESTARTS = roundsOf(2, 0.1);
const TEST_MS = 300_000;

const UNDER_WAY = 20;
const BETWEEN_RESTARTS = 40;

const fleets = engines.map((engine) => ({ engine, name: engine.name, receivers: engine.name === 'sqlite' ? 1 : 2 }));

describe.each(fleets)('SIGTERM, $receivers on $name', ({ engine, receivers }) => {
  const random = chance(chosenSeed());
  let world: World;

  beforeAll(async () => {
    world = await openWorld({ run: 'restarted in turn', engine, receivers, chance: random });
  }, TEST_MS);
  afterAll(() => world?.close(), TEST_MS);

  it('answers what was under way, and ends with 0', async () => {
    const [slot] = world.fleet.slots;
    if (slot === undefined) throw new Error('There is no receiver.');
    const deliveries = Array.from({ length: UNDER_WAY }, (_, index) => ({ message: `half-${index}`, source: 'chat', conversation: `half-${index}`, position: 0 }));
    const halves = await Promise.all(deliveries.map((delivery) => beginDelivery(slot.url, bodyOf(delivery))));
    await world.progress(BETWEEN_RESTARTS);
    slot.process.signal('SIGTERM');
    await until('no more connections are taken', () => fetch(`${slot.url}/healthz`, { headers: { connection: 'close' } }).then(() => false, () => true));
    expect(await Promise.all(halves.map((half) => half.finish()))).toEqual(deliveries.map(() => 200));
    expect(await slot.process.ended).toBe(0);
    slot.start();
    await slot.process.ready();
    for (const delivery of deliveries) await world.load.resend(delivery);
    expect(deliveries.map(({ message }) => world.load.offered.get(message)?.repeated)).toEqual(deliveries.map(() => true));
  }, TEST_MS);

  it(`loses nothing when each is restarted in turn, ${RESTARTS} times`, async () => {
    for (let round = 0; round < RESTARTS; round++) {
      for (const slot of world.fleet.slots) {
        await world.progress(BETWEEN_RESTARTS);
        slot.process.signal('SIGTERM');
        expect(await slot.process.ended).toBe(0);
        slot.start();
        await slot.process.ready();
      }
    }
    expect(world.load.answers.late).toBe(0);
    expect(await world.conclude(RESTARTS)).toEqual([]);
  }, TEST_MS + RESTARTS * 20_000);
});

/** Sends half a delivery, and resolves once the receiver has asked for the rest. */
async function beginDelivery(url: string, body: string): Promise<{ finish(): Promise<number | undefined> }> {
  const sent: ClientRequest = request(`${url}/hooks/chat`, {
    method: 'POST',
    headers: { authorization: BASIC_HEADER, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), expect: '100-continue' },
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  const half = body.length >> 1;
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.write(body.slice(0, half));
  return {
    async finish() {
      sent.end(body.slice(half));
      const [answer] = await answered;
      answer.resume();
      return answer.statusCode;
    },
  };
}
