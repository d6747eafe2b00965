import { running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { heldStore } from './held-store';
import type { HeldStore } from './held-store';
import { app, chat, deliver, deliverSigned, hangUp, headOf, message, metric, outcome, outcomeOf, sender, unsignedHeadOf, untilMetric } from './sender';

let store: HeldStore;
let receiver: Running;
beforeEach(() => {
  store = heldStore();
});
afterEach(async () => {
  hangUp();
  store.release();
  await receiver.close();
});

const start = async (options: object): Promise<void> => {
  receiver = await running(options, undefined, { parts: { open: store.open } });
};

it('deliveries whose store takes its time hold their places; past them it sheds, and after them it takes again', async () => {
  await start({ sources: [chat], limits: { requests: 4 } });
  store.hold();
  const held = Array.from({ length: 4 }, () => deliver(receiver));
  await until(() => store.waiting() === 4);
  for (let count = 0; count < 3; count++) {
    const answer = await deliver(receiver);
    expect([answer.headers.get('retry-after'), answer.headers.get('connection'), await outcome(answer)]).toEqual(['5', 'close', '503 overloaded']);
  }
  store.release();
  expect(await Promise.all(held.map(async (answer) => outcome(await answer)))).toEqual(['200', '200', '200', '200']);
  expect(await outcome(await deliver(receiver))).toBe('200');
});

it('a sender that hangs up while the store works gives its place back only after it', async () => {
  await start({ sources: [chat], limits: { requests: 2 } });
  store.hold();
  const before = await metric(receiver, 'chathooks_connections');
  const senders = Array.from({ length: 2 }, () => {
    const body = message();
    return sender(receiver.port, `${headOf(body.length)}${body}`);
  });
  await until(() => store.waiting() === 2);
  for (const { socket } of senders) socket.destroy();
  await untilMetric(receiver, 'chathooks_connections', (value) => value === before);
  expect(await outcome(await deliver(receiver))).toBe('503 overloaded');
  store.release();
  await untilMetric(receiver, 'chathooks_deliveries_under_way', (value) => value === 0);
  expect(await outcome(await deliver(receiver))).toBe('200');
});

it('strangers take half of the places, and those who are known find the others', async () => {
  await start({ sources: [chat, app], limits: { requests: 10 } });
  const strangers = Array.from({ length: 9 }, () => sender(receiver.port, `${unsignedHeadOf(1_000)}{`));
  const shed = await until(() => {
    const found = strangers.filter(({ answers }) => answers().length > 0);
    return found.length === 4 && found;
  });
  expect(new Set(shed.flatMap(({ answers }) => answers().map(outcomeOf)))).toEqual(new Set(['503 overloaded']));
  expect(await outcome(await deliverSigned(receiver))).toBe('503 overloaded');
  expect(await outcome(await deliver(receiver))).toBe('200');
});

it('a reload changes how many there are', async () => {
  await start({ sources: [chat], limits: { requests: 1 } });
  store.hold();
  const held = deliver(receiver);
  await until(() => store.waiting() === 1);
  expect(await outcome(await deliver(receiver))).toBe('503 overloaded');
  await receiver.reload({ sources: [chat], limits: { requests: 2 } });
  const second = deliver(receiver);
  await until(() => store.waiting() === 2);
  store.release();
  expect(await Promise.all([held, second].map(async (answer) => outcome(await answer)))).toEqual(['200', '200']);
});
