import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NormalizedEvent } from '../../providers/event';
import { BASIC, BASIC_HEADER, running } from '../support/running';
import type { Running } from '../support/running';

/** Deliveries that providers published or that were recorded from them. They are not ours to ship: used where a copy is at hand. */
const folder = process.env['CHATHOOKS_PUBLISHED_SAMPLES'] ?? '';
const describeIfThere = existsSync(folder) ? describe : describe.skip;
const files = (provider: string, ending: string): readonly string[] =>
  existsSync(folder) ? readdirSync(join(folder, provider)).filter((file) => file.endsWith(ending)) : [];

describeIfThere('deliveries as providers publish them', () => {
  let receiver: Running;
  const signatures = recordedSignatures();

  beforeAll(async () => {
    receiver = await running({
      sources: [
        { id: 'chat', provider: 'cometchat', auth: BASIC },
        { id: 'room', provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secrets: signatures } },
        { id: 'idp', provider: 'skillmine', auth: { scheme: 'api-key', secret: 'a-key' } },
        { id: 'idp-eu', provider: 'cidaas', auth: { scheme: 'api-key', name: 'x-api-key', secret: 'a-key' } },
      ],
    });
  });
  afterAll(() => receiver.close());

  async function accepted(answer: Response): Promise<NormalizedEvent> {
    expect(answer.status).toBe(200);
    const { events } = await receiver.get<{ events: { event: NormalizedEvent }[] }>('/events?limit=1');
    if (events[0] === undefined) throw new Error('Nothing was kept.');
    return events[0].event;
  }

  it.each(orNone(files('cometchat', '.json')))('cometchat %s', async (file) => {
    const text = readFileSync(join(folder, 'cometchat', file), 'utf8');
    const event = await accepted(await receiver.post('/hooks/chat', text, { authorization: BASIC_HEADER }));
    expect(event).toMatchObject({ providerevent: file.replace('.json', ''), source: '/cometchat/%3CappId%3E', data: { raw: JSON.parse(text) as object } });
    expect(event.type).not.toBe('chat.unknown');
    const detail = await receiver.get<{ events: { key: string }[] }>('/events?limit=1');
    expect(await receiver.get(`/events/${detail.events[0]?.key ?? ''}`)).toMatchObject({ issues: [] });
  });

  it.each(orNone(files('spika', '.http')))('spika %s, byte for byte', async (file) => {
    const recorded = readFileSync(join(folder, 'spika', file));
    const border = recorded.indexOf('\r\n\r\n');
    const [, ...lines] = recorded.subarray(0, border).toString('latin1').split('\r\n');
    const headers: Record<string, string> = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)] as const).filter(([name]) => !/^(?:host|connection|content-length)$/i.test(name)));
    const body = recorded.subarray(border + 4);
    const raw = JSON.parse(body.toString('utf8')) as { data?: object };
    const { message, fromUser, room } = (raw.data ?? raw) as { message: Record<string, unknown>; fromUser: { displayName: string | null }; room: { name: string } };
    const event = await accepted(await receiver.post('/hooks/room', body, headers));
    expect(event).toMatchObject({ type: 'chat.message.sent', source: '/spika/room', subject: `conversation/${String(message['roomId'])}`, time: new Date(Number(message['createdAt'])).toISOString() });
    expect(event.data.message).toMatchObject({ id: String(message['id']), kind: message['type'] });
    expect(event.data.conversation).toEqual({ id: String(message['roomId']), name: room.name });
    expect(event.data.actor?.id).toBe(String(message['fromUserId']));
    expect(event.data.actor?.name).toBe(fromUser.displayName ?? undefined);
    for (const signature of signatures) expect(JSON.stringify(event)).not.toContain(signature);
  });

  it.each([
    ['skillmine/skillmine_user_created.json', 'idp', 'identity.user.created', '2026-01-15T10:00:00.000Z'],
    ['cidaas/cidaas_account_modified.json', 'idp-eu', 'identity.user.updated', '2026-01-15T10:00:00.000Z'],
    ['cidaas/idvalidator_case_finished.json', 'idp-eu', undefined, '2025-11-21T06:57:06.549Z'],
    ['cidaas/cidaas_flow_event.json', 'idp-eu', 'identity.user.created', undefined],
  ])('%s', async (file, source, type, time) => {
    const event = await accepted(await receiver.post(`/hooks/${source}`, readFileSync(join(folder, file), 'utf8'), { 'x-api-key': 'a-key' }));
    if (type !== undefined) expect(event.type).toBe(type);
    if (time !== undefined) expect(event.time).toBe(time);
    expect(event.type).toMatch(/^identity\.(?!unknown)/);
    expect(JSON.stringify(event)).not.toContain('REDACT-ME');
  });
});

/** Jest wants at least one row, in a skipped block too. */
function orNone(names: readonly string[]): readonly string[] {
  return names.length === 0 ? ['none'] : names;
}

/** Each server that was recorded had issued a signature of its own. */
function recordedSignatures(): readonly string[] {
  const texts = files('spika', '.http').map((file) => readFileSync(join(folder, 'spika', file), 'utf8'));
  return [...new Set(texts.flatMap((text) => /Verification-Signature"?: ?"?(\w{16})/.exec(text)?.[1] ?? []))];
}
