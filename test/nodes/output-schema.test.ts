import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { providers } from '../../providers';
import type { Provider } from '../../providers/provider';
import { receive } from '../../providers/receive';
import { readSample, root, sampleNames } from '../support/samples';

interface Schema {
  readonly type: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Which node shows the items of which providers. */
const nodes: Readonly<Record<string, readonly Provider[]>> = {
  CometChatTrigger: [providers.cometchat],
  SceytTrigger: [providers.sceyt],
  SpikaTrigger: [providers.spika],
  SkillmineAuthTrigger: [providers.skillmine],
  CidaasTrigger: [providers.cidaas],
  ChathooksTrigger: Object.values(providers),
};

const at = new Date('2026-11-21T10:00:00.000Z');

// UPDATE_SCHEMAS=1 writes the previews; without it they are compared.
describe.each(Object.entries(nodes))('what n8n shows of %s before its first run', (node, senders) => {
  const path = join(root, 'nodes', node, '__schema__', 'v1.0.0', 'output.json');

  it('is the shape of its samples', async () => {
    const events = (await Promise.all(senders.map(eventsOf))).flat();
    const { properties = {} } = events.map(schemaOf).reduce(merged);
    const expected = { type: 'object', properties, version: 1 };
    if (process.env['UPDATE_SCHEMAS'] === '1') {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify(expected, undefined, 2)}\n`);
    }
    expect(existsSync(path)).toBe(true);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(expected);
  });
});

/** Every sample as an event; the provider's own body is anything. */
async function eventsOf(provider: Provider): Promise<readonly unknown[]> {
  const events = await Promise.all(
    sampleNames(provider.name).map(async (name) => {
      const { body, headers = {} } = readSample(provider.name, name);
      const delivery = { headers: new Map(Object.entries(headers).map(([key, value]) => [key, [value]] as const)), query: new Map(), body: Buffer.from(JSON.stringify(body)), receivedAt: at };
      const verdict = await receive(provider, { id: 'node', guard: { scheme: 'none', because: 'the shape of a sample' }, redact: true, pings: true }, delivery);
      return verdict.kind === 'accepted' ? verdict.events.map(({ event }) => ({ ...event, data: { ...event.data, raw: {} } })) : [];
    }),
  );
  return events.flat();
}

function schemaOf(value: unknown): Schema {
  if (Array.isArray(value)) return value.length === 0 ? { type: 'array' } : { type: 'array', items: value.map(schemaOf).reduce(merged) };
  if (typeof value !== 'object' || value === null) return { type: typeof value };
  const properties = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, schemaOf(item)]));
  return Object.keys(properties).length === 0 ? { type: 'object' } : { type: 'object', properties };
}

function merged(one: Schema, other: Schema): Schema {
  const names = [...new Set([...Object.keys(one.properties ?? {}), ...Object.keys(other.properties ?? {})])];
  const properties = Object.fromEntries(names.map((name) => [name, both(one.properties?.[name], other.properties?.[name])]));
  const items = one.items === undefined ? other.items : both(one.items, other.items);
  return { type: one.type, ...(names.length === 0 ? {} : { properties }), ...(items === undefined ? {} : { items }) };
}

function both(one: Schema | undefined, other: Schema | undefined): Schema {
  if (one === undefined) return other ?? { type: 'object' };
  return other === undefined ? one : merged(one, other);
}
