/*
 * What deploy/ and docs/operating.md say, against the receiver: its configuration is loaded, its units and containers call commands that
 * there are, its backup is made and restored, its alerts are on metrics that it has.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { refusals } from '../providers/refusals';
import { createAddressRule, targetOf } from '../receiver/forward/address/rule';
import { loadConfig } from '../receiver/config/load';
import { document, fences } from './support/document';
import { BASIC, BASIC_HEADER, running, type Running } from './support/running';
import { readSample, root } from './support/samples';

const GUIDE = 'docs/operating.md';
const guide = document(GUIDE);

/** The longest that a stop takes: deliveries under way, then requests to destinations (receiver/server.ts, receiver/compose.ts). */
const DRAIN_SECONDS = 25;

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly image?: string;
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[]; readonly timeout: string };
}

describe('deploy/compose.yaml', () => {
  const { services, volumes } = parse(document('deploy/compose.yaml')) as { readonly services: Readonly<Record<string, Service>>; readonly volumes: Readonly<Record<string, unknown>> };
  const receiver = services['chathooks'] ?? {};
  const written = document('deploy/chathooks.yaml');

  it('mounts what is there, and builds from what is there', () => {
    const mounts = Object.values(services).flatMap(({ volumes: mounted = [] }) => mounted.map((mount) => mount.split(':')[0] ?? ''));
    expect(mounts.filter((mount) => mount.startsWith('.') && !existsSync(join(root, 'deploy', mount)))).toEqual([]);
    expect(mounts.filter((mount) => !mount.startsWith('.')).toSorted()).toEqual(Object.keys(volumes).toSorted());
    expect(existsSync(join(root, 'deploy', receiver.build?.context ?? '', receiver.build?.dockerfile ?? ''))).toBe(true);
  });

  it('gives the receiver each variable that its configuration asks for, and no other', () => {
    expect(namesIn(written)).toEqual(Object.keys(receiver.environment ?? {}).toSorted());
  });

  it('asks for no variable that the guide does not say to write', () => {
    const asked = namesIn(document('deploy/compose.yaml'));
    const said = fences(GUIDE, 'sh').flatMap((block) => [...block.matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name));
    expect(said.toSorted()).toEqual(asked);
  });

  it('runs a configuration that loads, can be reached by the others, and lets the n8n beside it register itself', async () => {
    const { config, warnings } = await configuration();
    expect(warnings).toEqual([]);
    expect(config.listen).toEqual({ host: '0.0.0.0', port: 8080 });
    expect(receiver.ports).toEqual([`127.0.0.1:${config.listen.port}:${config.listen.port}`]);
    const port = services['n8n']?.ports?.[0]?.split(':').at(-1) ?? '';
    expect(createAddressRule({ privateDestinations: config.privateDestinations, configured: config.destinations }).refusal(targetOf(`http://n8n:${port}/webhook/x`), '172.18.0.3')).toBeUndefined();
    expect(guide).toContain(`\`http://n8n:${port}\``);
    expect(guide).toContain(`\`http://chathooks:${config.listen.port}\``);
  });

  it('keeps the store in a volume, at the place that the image makes', async () => {
    const { config } = await configuration();
    const [, folder = ''] = receiver.volumes?.find((mount) => mount.startsWith('chathooks:'))?.split(':') ?? [];
    expect(config.store).toBe(`sqlite:${folder}/chathooks.db`);
    expect(document('deploy/Dockerfile')).toContain(`mkdir --mode=700 ${folder} && chown node:node ${folder}`);
  });

  it('waits for a stop as long as one takes, and for readiness too', () => {
    expect(Number.parseInt(receiver.stop_grace_period ?? '', 10)).toBeGreaterThan(DRAIN_SECONDS);
    expect(receiver.healthcheck?.test.at(-1)).toContain(':8080/readyz');
    expect(Number.parseInt(receiver.healthcheck?.timeout ?? '', 10)).toBeGreaterThan(5);
  });

  it('runs the n8n that the nodes are tested in', () => {
    const { dependencies } = JSON.parse(document('test/n8n/installation/package.json')) as { readonly dependencies: Readonly<Record<string, string>> };
    expect(services['n8n']?.image).toMatch(new RegExp(`:${dependencies['n8n']?.replaceAll('.', '\\.')}$`));
  });

  it('publishes deliveries and nothing else', () => {
    const caddy = document('deploy/Caddyfile');
    expect([...caddy.matchAll(/^\thandle ?(\S*) \{/gm)].map(([, path]) => path)).toEqual(['/hooks/*', '']);
    expect(caddy).toMatch(/handle \{\n\t\trespond 404\n\t\}/);
    expect(caddy).toContain('reverse_proxy chathooks:8080 {');
    // receiver/server.ts keeps idle connections for 65 s.
    expect(Number(/keepalive (\d+)s/.exec(caddy)?.[1])).toBeLessThan(65);
  });

  function configuration(): ReturnType<typeof loadConfig> {
    const values = { CHATHOOKS_PUBLIC_URL: 'https://hooks.example.com', ...Object.fromEntries(namesIn(written).filter((name) => !name.endsWith('URL')).map((name) => [name, 'a-long-and-random-text'])) };
    return loadConfig(join(root, 'deploy/chathooks.yaml'), values);
  }
});

describe('deploy/Dockerfile', () => {
  const steps = document('deploy/Dockerfile');
  const manifest = JSON.parse(document('receiver/package.json')) as { readonly name: string; readonly engines: { readonly node: string }; readonly bin: Readonly<Record<string, string>> };

  it('has the Node that the receiver needs', () => {
    expect([...steps.matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => `>=${major}`)).toEqual([manifest.engines.node, manifest.engines.node]);
  });

  it('takes what a checkout has, and what a build makes', () => {
    const sources = [...steps.matchAll(/^COPY (?:--from=build \/app\/)?(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '));
    expect(sources.length).toBeGreaterThan(4);
    expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(steps).toContain(`--workspace ${manifest.name} `);
  });

  it('starts what there is to start', () => {
    expect(steps).toContain(`"/app/receiver/${manifest.bin['chathooks']}"]`);
    expect(existsSync(join(root, 'receiver', manifest.bin['chathooks'] ?? ''))).toBe(true);
  });
});

describe('deploy/chathooks.service', () => {
  const unit = document('deploy/chathooks.service');
  const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  it('starts the receiver as npm start does', () => {
    const { scripts } = JSON.parse(document('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const [, flags, script = '', rest] = /^\/usr\/bin\/node (.*) \/opt\/chathooks\/(\S+) (.*)$/.exec(setting('ExecStart')) ?? [];
    expect(scripts['start']).toContain(`node ${flags} ${script} start`);
    expect(existsSync(join(root, script))).toBe(true);
    expect(rest).toBe('start --config /etc/chathooks/chathooks.yaml');
  });

  it('drains, reloads, and waits as long as a stop takes', () => {
    expect(setting('KillSignal')).toBe('SIGTERM');
    expect(Number(setting('TimeoutStopSec'))).toBeGreaterThan(DRAIN_SECONDS);
    expect(setting('ExecReload')).toMatch(/^\/bin\/kill -HUP /);
  });

  it('may write where the guide has the store', () => {
    expect(guide).toContain(`store: sqlite:/var/lib/${setting('StateDirectory')}/chathooks.db`);
  });
});

describe(GUIDE, () => {
  const started: Running[] = [];
  afterEach(() => Promise.all(started.splice(0).map((receiver) => receiver.close())));

  async function start(folder?: string): Promise<Running> {
    const receiver = await running({ sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }] }, folder);
    started.push(receiver);
    return receiver;
  }

  it('backs up a store in use, and restores it', async () => {
    const receiver = await start();
    expect((await receiver.post('/hooks/chat', readSample('cometchat', 'message_sent').body, { authorization: BASIC_HEADER })).status).toBe(200);
    const folder = mkdtempSync(join(tmpdir(), 'chathooks-backup-'));
    const [command = ''] = fences(GUIDE, 'sh').filter((block) => block.includes('VACUUM INTO'));
    const script = command.replaceAll('/var/lib/chathooks/backup.db', join(folder, 'store.db')).replaceAll('/var/lib/chathooks/chathooks.db', join(receiver.folder, 'store.db'));
    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` } });
    const restored = await start(folder);
    expect((await restored.get<{ readonly events: readonly unknown[] }>('/events')).events).toHaveLength(1);
  });

  it('alerts on metrics that there are, with labels that they can have', async () => {
    const receiver = await start();
    await receiver.post('/hooks/chat', {});
    const metrics = await (await fetch(`${receiver.url}/metrics`)).text();
    const known = [...metrics.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) => (type === 'histogram' ? [`${name}_bucket`, name] : [name]));
    const named = [...guide.matchAll(/\bchathooks_(?!jobs)[a-z0-9_]+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    const codes = [...guide.matchAll(/\bcode=~?"([^"]+)"/g)].flatMap(([, some = '']) => some.split(/\\?\|/));
    expect(codes.length).toBeGreaterThan(3);
    expect(codes.filter((code) => !Object.hasOwn(refusals, code))).toEqual([]);
  });

  it('says of each path of the receiver who needs it', async () => {
    const receiver = await start();
    const chapter = guide.split('## The proxy')[1]?.split('\n## ')[0] ?? '';
    const paths = [...chapter.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\/[^`]*)`/g)].map(([, path = '']) => path));
    expect(paths).toEqual(['/hooks/<source>', '/', '/api', '/healthz', '/readyz', '/metrics']);
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(`${receiver.url}${path.replace('<source>', 'chat').replace('/api', '/api/events')}`)).status));
    expect(statuses).toEqual([405, 200, 401, 200, 200, 200]);
  });
});

/** The names in `${NAME}`, each once. */
function namesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name))].toSorted();
}
