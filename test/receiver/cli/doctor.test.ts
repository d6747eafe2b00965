import { chathooks, temporaryFolder } from './chathooks';
import { deliverTo, receiverBeside, untilDestination, writeConfig } from './beside';
import { listenerForEach } from './listener';
import { listener } from '../../support/listener';
import type { Listener } from '../../support/listener';
import { BASIC, running } from '../../support/running';
import type { Running } from '../../support/running';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjU';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly message: string;
}

const folder = temporaryFolder();
const configure = (port: number, options: object = {}): Promise<string> => writeConfig(folder(), { listen: { port }, ...options });

async function examine(): Promise<{ readonly code: number | null; readonly checks: ReadonlyMap<string, Check> }> {
  const { code, stdout } = await chathooks(['doctor', '--json'], { cwd: folder() });
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Check[] };
  return { code, checks: new Map(checks.map((check) => [check.name, check])) };
}

describe('chathooks doctor', () => {
  const listen = listenerForEach();

  it('connects to each destination and sends it nothing', async () => {
    const { port, received, connections } = await listen();
    await configure(1, { store: 'sqlite:./data/chathooks.db', destinations: [{ id: 'there', url: `http://127.0.0.1:${port}/hook`, secret: SECRET }, { id: 'gone', url: 'http://127.0.0.1:1/hook', secret: SECRET }] });
    const { code, stdout } = await chathooks(['doctor', '--json'], { cwd: folder() });
    expect(code).toBe(1);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] };
    const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
    expect(states).toEqual({ node: 'ok', config: 'ok', store: 'ok', disk: 'ok', permissions: 'ok', clock: 'ok', receiver: 'warn', 'destination there': 'ok', 'destination gone': 'fail' });
    expect(connections()).toBe(1);
    expect(received).toEqual([]);
  });

  it('names every mistake in the configuration', async () => {
    await configure(70_000, { stroe: 'x' });
    const { code, stdout } = await chathooks(['doctor'], { cwd: folder() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/fail +config +.*:1 listen\.port/);
    expect(stdout).toMatch(/fail +config +.*stroe.*Did you mean store\?/);
  });

  it('says when a store is no database', async () => {
    await configure(1, { store: 'sqlite:./chathooks.yaml' });
    const { code, stdout } = await chathooks(['doctor'], { cwd: folder() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/fail +store/);
  });

  it('fails on a store that cannot be reached, and keeps its password', async () => {
    await configure(1, { store: 'postgres://user:hunter2@127.0.0.1:1/hooks' });
    const { code, stdout } = await chathooks(['doctor'], { cwd: folder() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/fail +store +The database 127\.0\.0\.1:1\/hooks cannot be opened .*Check that it runs/);
    expect(stdout).not.toContain('hunter2');
  });

  it('says when there is no configuration', async () => {
    expect(await chathooks(['doctor'], { cwd: folder() })).toMatchObject({ code: 1, stdout: expect.stringContaining('chathooks init') as string });
  });
});

describe('chathooks doctor, beside a running receiver', () => {
  let receiver: Running;
  let destination: Listener;
  let status: number;

  beforeEach(async () => {
    status = 200;
    destination = await listener((_heard, response) => response.writeHead(status).end());
    receiver = await receiverBeside(folder(), [{ id: 'crm', url: destination.url, retry: { attempts: 1 } }]);
  });
  afterEach(async () => {
    await receiver.close();
    await destination.close();
  });

  it('finds nothing where nothing is wrong', async () => {
    await deliverTo(receiver);
    await untilDestination(receiver, 'crm', ({ deliveries }) => deliveries.delivered === 1);
    const { code, checks } = await examine();
    expect([code, checks.get('receiver'), checks.get('destination crm')]).toEqual([0, expect.objectContaining({ state: 'ok' }), expect.objectContaining({ state: 'ok' })]);
    expect([...checks.keys()].filter((name) => name.includes(' of '))).toEqual([]);
  });

  it('fails on a destination that its 410 has disabled, until it is enabled as it says', async () => {
    status = 410;
    await deliverTo(receiver);
    const { disabledAt = '' } = await untilDestination(receiver, 'crm', (shown) => shown.disabledAt !== undefined);
    const { code, checks } = await examine();
    const { state, message = '' } = checks.get('destination crm') ?? {};
    expect([code, state, message]).toEqual([1, 'fail', expect.stringMatching(/410.*inspector/)]);
    expect(message).toContain(disabledAt);
    status = 200;
    const [, path = ''] = /POST \/api(\S+?)\.?$/.exec(message) ?? [];
    expect((await receiver.api(path, { method: 'POST' })).status).toBe(200);
    expect((await examine()).checks.get('destination crm')).toMatchObject({ state: 'ok' });
  });

  it('warns of dead letters, and how to forward them again', async () => {
    status = 500;
    await deliverTo(receiver);
    await untilDestination(receiver, 'crm', ({ deliveries }) => deliveries.dead === 1);
    const { code, checks } = await examine();
    const { state, message = '' } = checks.get('dead letters of crm') ?? {};
    expect([code, state, message]).toEqual([0, 'warn', expect.stringMatching(/^1 dead letter at crm: .*chathooks replay --dead --destination crm$/)]);
    status = 200;
    await chathooks(message.split('chathooks ').at(-1)?.split(' ') ?? [], { cwd: folder() });
    await untilDestination(receiver, 'crm', ({ deliveries }) => deliveries.delivered === 1);
    expect((await examine()).checks.has('dead letters of crm')).toBe(false);
  });

  it('looks at destinations that registered themselves, too', async () => {
    const n8n = await listener();
    expect((await receiver.api('/destinations/n8n', { method: 'PUT', body: JSON.stringify({ url: n8n.url, secret: SECRET }) })).status).toBe(200);
    expect((await examine()).checks.get('registered destination n8n')).toMatchObject({ state: 'ok', message: expect.stringContaining(new URL(n8n.url).host) as string });
    await n8n.close();
    const { code, checks } = await examine();
    expect([code, checks.get('registered destination n8n')]).toEqual([1, expect.objectContaining({ state: 'fail' })]);
    expect(checks.get('destination crm')).toMatchObject({ state: 'ok' });
  });

  it('fails on the receiver of another configuration', async () => {
    const other = await running({ admin: { token: 'the-token-of-another-one' }, sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }] });
    await configure(other.port);
    const { code, checks } = await examine().finally(() => other.close());
    expect([code, checks.get('receiver')]).toEqual([1, expect.objectContaining({ state: 'fail', message: expect.stringContaining('another admin token') as string })]);
  });
});
