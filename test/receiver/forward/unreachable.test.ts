/*
 * Destinations that can't be sent to, seen from outside: the API, the metrics, the log and doctor tell.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listener } from '../../support/listener';
import { readSample } from '../../support/samples';
import { ADMIN_TOKEN, BASIC, BASIC_HEADER, running, until, type Running } from '../../support/running';
import { checkDestinations } from '../../../receiver/cli/check-destination';
import { createResolve } from '../../../receiver/forward/address/resolve';
import { chathooks } from '../cli/chathooks';
import { destinationTo } from './harness';

const sources = [{ id: 'chat', provider: 'cometchat', auth: BASIC }];
const sample = JSON.stringify(readSample('cometchat', 'message_sent').body);
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Delivered {
  readonly destination: string;
  readonly status: string;
  readonly lastAttempt?: { readonly error?: string; readonly answer?: string; readonly status?: number };
}

it('an address that is not allowed is named in the attempt and in the log; the event waits, and goes out once it is allowed', async () => {
  const destination = await listener();
  closing.push(() => destination.close());
  const receiver = await start({ sources });
  expect((await receiver.api('/destinations/registered', { method: 'PUT', body: JSON.stringify({ url: destination.url }) })).status).toBe(200);
  await send(receiver, 1);
  await until(() => destination.heard.length === 1);
  // Its connection is open still.
  await receiver.reload({ sources, privateDestinations: [] });
  await send(receiver, 1, 80_000);
  const delivery = await until(async () => (await receiver.get<{ deliveries: Delivered[] }>('/deliveries?status=pending')).deliveries.find(({ lastAttempt }) => lastAttempt !== undefined));
  expect(delivery).toMatchObject({ status: 'pending', lastAttempt: { error: 'address_refused', answer: expect.stringMatching(/^127\.0\.0\.1 is a loopback address\..*write privateDestinations: \["127\.0\.0\.1:/) as string } });
  expect(receiver.log.some(({ level, message }) => level === 'warn' && message.includes('not allowed'))).toBe(true);
  expect((await receiver.api('/destinations/registered', { method: 'PUT', body: JSON.stringify({ url: destination.url }) })).status).toBe(400);
  expect(destination.heard).toHaveLength(1);
  await receiver.reload({ sources });
  await until(() => destination.heard.length === 2);
});

it('a destination that is down shows in the API, the metrics and doctor, and not once it has moved', async () => {
  let isUp = false;
  const destination = await listener((_, response) => void response.writeHead(isUp ? 200 : 503).end());
  closing.push(() => destination.close());
  const receiver = await start({ sources, destinations: [{ id: 'n8n', url: destination.url }] });
  expect(await circuits(receiver)).toEqual(['closed']);
  await send(receiver, 8);
  await until(async () => (await circuits(receiver))[0] === 'open');
  const metrics = await (await fetch(`${receiver.url}/metrics`)).text();
  expect(metrics).toMatch(/chathooks_circuit\{destination="n8n",state="closed"\} 0/);
  expect(metrics).toMatch(/chathooks_circuit\{destination="n8n",state="(?:open|half_open)"\} 1/);

  const file = join(receiver.folder, 'chathooks.yaml');
  writeFileSync(file, JSON.stringify({ listen: { port: receiver.port }, store: `sqlite:${join(receiver.folder, 'store.db')}`, admin: { token: ADMIN_TOKEN }, sources, destinations: [{ id: 'n8n', url: destination.url }] }), { mode: 0o600 });
  const { stdout } = await chathooks(['doctor', '--config', file, '--json'], { cwd: receiver.folder });
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; message: string }[] };
  expect(checks.find(({ name }) => name === 'circuit of n8n')).toMatchObject({ state: 'warn', message: expect.stringMatching(/^It is (?:open|half_open)/) as string });

  isUp = true;
  await receiver.reload({ sources, destinations: [{ id: 'n8n', url: `${destination.url}moved` }] });
  expect(await circuits(receiver)).toEqual(['closed']);
  await until(async () => (await receiver.get<{ deliveries: Delivered[] }>('/deliveries?status=delivered')).deliveries.length === 8);
  expect(receiver.log.filter(({ message }) => message.includes('circuit')).map(({ level }) => level)).toEqual(expect.arrayContaining(['warn', 'info']));
});

it('doctor says which address is refused, and what to write', async () => {
  const destination = await listener();
  closing.push(() => destination.close());
  const { port } = new URL(destination.url);
  const resolve = createResolve(async () => [{ address: '10.0.0.5', family: 4 }]);
  const destinations = [destinationTo(`http://n8n.example.com:${port}/`, { id: 'public' }), destinationTo(destination.url, { id: 'local' })];
  const [refused, fine] = await Promise.all(checkDestinations({ destinations, privateDestinations: [] }, resolve));
  expect(refused).toEqual({ name: 'destination public', state: 'fail', message: expect.stringMatching(/^refused: n8n\.example\.com resolves to 10\.0\.0\.5, .* write privateDestinations: \["n8n\.example\.com:\d+"\]/) as string });
  expect(fine).toMatchObject({ name: 'destination local', state: 'ok' });
});

async function start(options: object): Promise<Running> {
  const receiver = await running(options);
  closing.push(() => receiver.close());
  return receiver;
}

async function send(receiver: Running, count: number, from = 70_000): Promise<void> {
  for (let id = from; id < from + count; id++) {
    const answer = await receiver.post('/hooks/chat', sample.replace('"48213"', `"${id}"`), { authorization: BASIC_HEADER });
    expect(answer.status).toBe(200);
  }
}

async function circuits(receiver: Running): Promise<readonly string[]> {
  return (await receiver.get<{ destinations: readonly { readonly circuit: string }[] }>('/destinations')).destinations.map(({ circuit }) => circuit);
}
