import { running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { heldStore } from './held-store';
import { chat, deliver, hangUp, headOf, message, metric, outcome, outcomeOf, sender, untilMetric } from './sender';

const store = heldStore();
let receiver: Running;

const start = async (connections: number): Promise<void> => {
  receiver = await running({ sources: [chat], limits: { connections } }, undefined, { parts: { open: store.open } });
};
afterEach(async () => {
  hangUp();
  store.release();
  await receiver.close();
});

/** A delivery over a connection of its own, held up in the store. */
function delivering(): ReturnType<typeof sender> {
  const body = message();
  return sender(receiver.port, `${headOf(body.length)}${body}`);
}

it('sockets that say nothing close each other, and a delivery gets through', async () => {
  await start(20);
  const silent = Array.from({ length: 200 }, () => sender(receiver.port));
  await untilMetric(receiver, 'chathooks_connections_shed_total', (value) => value >= 180);
  expect(await outcome(await deliver(receiver))).toBe('200');
  expect(await metric(receiver, 'chathooks_connections')).toBeLessThanOrEqual(20);
  await until(() => silent.filter(({ socket }) => socket.destroyed).length >= 180);
});

it('a socket that has sent half of its headers says nothing yet', async () => {
  await start(5);
  const slow = Array.from({ length: 30 }, () => sender(receiver.port, 'POST /hooks/chat HTTP/1.1\r\nHost: x\r\n'));
  await until(() => slow.filter(({ socket }) => socket.destroyed).length >= 25);
  expect(await outcome(await deliver(receiver))).toBe('200');
});

it('deliveries under way are closed for nobody: the one that comes is turned away', async () => {
  await start(3);
  store.hold();
  const held = [delivering(), delivering(), delivering()];
  await until(() => store.waiting() === 3);
  expect(await delivering().closed).toEqual([]);
  store.release();
  for (const { answers } of held) expect((await until(() => answers().length > 0 && answers())).map(outcomeOf)).toEqual(['200']);
});

it('connections that are idle between two requests make room', async () => {
  await start(3);
  const idle = [delivering(), delivering(), delivering()];
  for (const { answers } of idle) await until(() => answers().length === 1);
  // The first one finds it full, and is the sign to close what is idle.
  await delivering().closed;
  for (const { closed } of idle) await closed;
  expect(await outcome(await deliver(receiver))).toBe('200');
});

it('a body that is announced and never comes holds no connection, though its request was answered', async () => {
  await start(20);
  const hogs = Array.from({ length: 60 }, () => sender(receiver.port, 'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n'));
  await until(() => hogs.filter(({ socket }) => socket.destroyed).length >= 40);
  const { answers } = delivering();
  expect((await until(() => answers().length > 0 && answers())).map(outcomeOf)).toEqual(['200']);
});

it('one connection has no more than 256 requests under way', async () => {
  await start(20);
  const request = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
  const greedy = sender(receiver.port, request.repeat(1_000));
  expect((await greedy.closed).length).toBeLessThanOrEqual(256);
  const modest = sender(receiver.port, request.repeat(100));
  await until(() => modest.answers().length === 100);
});
