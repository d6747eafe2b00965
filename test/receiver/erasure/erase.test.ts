import { existsSync, readFileSync } from 'node:fs';
import { BASIC, BASIC_HEADER, running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { listener } from '../../support/listener';
import type { Listener } from '../../support/listener';
import { engines } from '../engines';
import type { EmptyStore } from '../engines';

const SPIKA = { 'verification-signature': 'a-signature-that-fits' };
const WORDS = 'the-words-of-this-person';

let app = 0;

interface Erased {
  readonly dryRun: boolean;
  readonly matched: number;
  readonly erased: number;
  readonly complete: boolean;
}

const spika = (id: number, user: number, text = 'hello'): object => ({
  message: { id, roomId: 42, fromUserId: user, totalUserCount: 2, type: 'text', body: { text }, createdAt: 1_772_528_766_000 + id, deleted: false },
  fromUser: { displayName: 'Somebody' },
  room: { name: 'Night shift' },
});
const cometchat = (id: string, from: string, to: string, text = 'hello'): object => ({
  trigger: 'message_sent',
  appId: `app${app}`,
  data: { message: { id, conversationId: `${from}_user_${to}`, sender: from, receiver: to, receiverType: 'user', category: 'message', type: 'text', sentAt: 1_772_528_766, data: { text, entities: { sender: { entity: { uid: from } } } } } },
});

describe.each(engines)('erasing a person, over $name', (engine) => {
  let store: EmptyStore;
  let destination: Listener;
  let receiver: Running;

  beforeAll(async () => {
    store = await engine.open();
    // What it answers quotes what it got, and never takes it.
    destination = await listener(({ text }, response) => response.writeHead(500).end(`no: ${text}`));
    receiver = await running({
      store: store.url,
      sources: [
        { id: 'chat', provider: 'cometchat', auth: BASIC },
        { id: 'room', provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secret: SPIKA['verification-signature'] } },
      ],
      destinations: [{ id: 'n8n', url: destination.url, retry: { attempts: 1 } }, { id: 'far', url: 'http://127.0.0.1:9/', order: 'conversation' }],
    });
  }, 60_000);

  // An application of its own for each test: what was erased stays known.
  beforeEach(() => (app += 1));
  afterAll(async () => {
    await receiver.close();
    await destination.close();
    await store.dispose();
  }, 60_000);

  const chat = (body: object): Promise<Response> => receiver.post('/hooks/chat', body, { authorization: BASIC_HEADER });
  const room = (body: object): Promise<Response> => receiver.post('/hooks/room', body, SPIKA);
  const erase = async (body: object): Promise<Erased> => (await receiver.api('/erase', { method: 'POST', body: JSON.stringify(body) })).json() as Promise<Erased>;
  const texts = async (source = `/cometchat/app${app}`): Promise<readonly string[]> => {
    const { events } = await receiver.get<{ readonly events: readonly { readonly event: { readonly data: { readonly message?: { readonly text?: string } } } }[] }>(`/events?limit=500&source=${encodeURIComponent(source)}`);
    return events.map(({ event }) => event.data.message?.text ?? '');
  };

  it('takes what they wrote and what was written to them, and nothing else', async () => {
    expect((await chat(cometchat('1', 'ada', 'bob', WORDS))).status).toBe(200);
    await chat(cometchat('2', 'bob', 'ada', WORDS));
    await chat(cometchat('3', 'bob', 'eve', 'about ada and adapters'));
    await until(async () => (await receiver.get<{ deliveries: readonly unknown[] }>('/deliveries?status=dead&destination=n8n')).deliveries.length === 3);

    expect(await erase({ subject: 'ada', dryRun: true })).toEqual({ dryRun: true, matched: 2, erased: 0, complete: true });
    expect(await texts()).toHaveLength(3);
    expect(await erase({ subject: 'ada' })).toEqual({ dryRun: false, matched: 2, erased: 2, complete: true });

    expect(await texts()).toEqual(['about ada and adapters']);
    const shown = JSON.stringify([await receiver.get('/events?limit=500'), await receiver.get('/deliveries?limit=500'), await receiver.get('/destinations'), receiver.log]);
    expect(shown).not.toContain(WORDS);
    for (const file of filesOf(store.url)) expect([file, readFileSync(file).includes(WORDS)]).toEqual([file, false]);
    // Of whom is nobody's business any more; that it was done is.
    expect(receiver.log.map(({ message }) => message)).toContain('the events about a person were erased');
    expect(JSON.stringify(receiver.log)).not.toContain('"ada"');
  });

  it('is not undone by the provider that sends it again, nor over a restart', async () => {
    await chat(cometchat('1', 'ada', 'bob'));
    await erase({ subject: 'ada' });
    expect(await (await chat(cometchat('1', 'ada', 'bob'))).json()).toMatchObject({ events: [{ duplicate: true }] });
    receiver = await receiver.restart();
    expect(await (await chat(cometchat('1', 'ada', 'bob'))).json()).toMatchObject({ events: [{ duplicate: true }] });
    expect(await texts()).toEqual([]);
  });

  it('tells user 5 from message 5 and from the number 5', async () => {
    await room(spika(5, 7, 'message five'));
    await room(spika(6, 5, 'of user five'));
    await room(spika(8, 55, '5'));
    expect(await erase({ subject: '5' })).toMatchObject({ matched: 1, erased: 1 });
    expect(await texts('room')).toEqual(['5', 'message five']);
  });

  it('keeps to a provider and a source', async () => {
    await room(spika(1, 77));
    await chat(cometchat('1', '77', 'bob'));
    expect(await erase({ subject: '77', source: 'elsewhere' })).toMatchObject({ matched: 0 });
    expect(await erase({ subject: '77', provider: 'spika' })).toMatchObject({ matched: 1 });
    expect(await erase({ subject: '77', source: 'chat' })).toMatchObject({ matched: 1 });
  });

  it.each(['50%', "o'neil", 'a"b\\c', '\u00fcn\u0456\u{1f600}', '\ud800', 'x\u0000y', '_', '__proto__'])('finds the id %j', async (id) => {
    await chat(cometchat('1', id, 'bob'));
    await chat(cometchat('2', `${id}x`, 'bob', 'stays'));
    expect(await erase({ subject: id })).toMatchObject({ matched: 1, erased: 1 });
    expect(await texts()).toEqual(['stays']);
  });

  it.each([
    ['no id', {}],
    ['an empty id', { subject: '' }],
    ['a number for an id', { subject: 5 }],
    ['an endless id', { subject: 'x'.repeat(2_001) }],
    ['a word for a flag', { subject: 'a', dryRun: 'yes' }],
    ['a name that is not known', { subject: 'a', who: 'b' }],
    ['a list', []],
  ])('refuses %s', async (_, body) => {
    const answer = await receiver.api('/erase', { method: 'POST', body: JSON.stringify(body) });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_body' } });
  });

  it('is for whoever has the admin token', async () => {
    const answer = await fetch(`${receiver.url}/api/erase`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"subject":"ada"}' });
    expect(answer.status).toBe(401);
  });
});

/** The files of a store on this machine; none of a server's. */
function filesOf(url: string): readonly string[] {
  if (!url.startsWith('sqlite:')) return [];
  const path = url.slice('sqlite:'.length);
  return [path, `${path}-wal`].filter((file) => existsSync(file));
}
