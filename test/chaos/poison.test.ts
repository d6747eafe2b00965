import { engines } from '../../test/receiver/engines';
import { chance, chosenSeed } from './chance';
import { bodyOf, send } from './deliveries';
import { storedEvents } from './store-reading';
import { until } from './wait';
import { openWorld } from './world';
import type { World } from './world';

const TEST_MS = 300_000;

/** Sound deliveries around each poisonous one, on their way at the same time. */
const AROUND = 10;

const sound = (message: string): string => bodyOf({ message, source: 'chat', conversation: 'c', position: 0 });

/** A delivery with something in it that a database may refuse, and would refuse each time that it is sent again. */
const poisons: Readonly<Record<string, string>> = {
  'NUL in a text': bodyOf({ message: 'nul-text', source: 'chat', conversation: 'c', position: 0 }, 'a\0b'),
  'NUL in ids': sound('nul\0id').replace('"conversationId":"c"', '"conversationId":"c\\u0000"'),
  'NUL in a name': sound('nul-name').replace('"text":"ahoy"', '"text":"ahoy","a\\u0000":1'),
  'NUL in the event\'s name': sound('nul-event').replace('message_sent', 'message\\u0000sent'),
  'a lone surrogate in a text': sound('surrogate-text').replace('ahoy', '\\ud800'),
  'a lone surrogate in an id': sound('surrogate-\\udc00').replaceAll('\\\\', '\\'),
  'surrogates in the wrong order': sound('surrogate-order').replace('ahoy', '\\udc00\\ud800'),
  'an id of 100 KB': sound('i'.repeat(100_000)),
  'a tenant of 100 KB': sound('tenant').replace('"appId":"chaos"', `"appId":"${'t'.repeat(100_000)}"`),
  'an event\'s name of 100 KB': sound('name').replace('message_sent', 'm'.repeat(100_000)),
  'a number past every type': sound('number').replace('"text":"ahoy"', '"text":"ahoy","n":1e200000,"m":-1e200000'),
  'a number of 10,000 digits': sound('digits').replace('"text":"ahoy"', `"text":"ahoy","n":${'9'.repeat(10_000)}`),
  'a time past every calendar': sound('late').replaceAll('1795226453', '9300000000000000'),
  'a time before every calendar': sound('early').replaceAll('1795226453', '-9300000000000000'),
  'a time that is no number': sound('nan').replaceAll('1795226453', '1e400'),
  'names that occur twice': sound('twice').replace('"text":"ahoy"', '"text":"ahoy","text":"again"'),
  'names that objects have': sound('proto').replace('"text":"ahoy"', '"text":"ahoy","__proto__":{"constructor":1},"":0'),
  'what SQL would read': sound('\');drop table events;--'),
};

describe.each(engines.map((engine) => ({ engine, name: engine.name })))('a poisonous delivery, on $name', ({ engine }) => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({ run: 'poison', engine, receivers: 1, chance: chance(chosenSeed()), senders: 0, calm: true });
  }, TEST_MS);
  afterAll(() => world?.close(), TEST_MS);

  it.each(Object.entries(poisons))('with %s is kept and forwarded, and so is what came with it', async (name, poison) => {
    const [url = ''] = world.fleet.urls;
    const bodies = Array.from({ length: AROUND }, (_, index) => sound(`${name}-${index}`)).toSpliced(AROUND / 2, 0, poison);
    const answers = await Promise.all(bodies.map((body) => send(url, 'chat', body)));
    expect(answers).toEqual(bodies.map(() => ({ kind: 'received', event: expect.any(String), duplicate: false })));
    const ids = answers.map((answer) => (answer.kind === 'received' ? answer.event : ''));
    const stored = new Set((await storedEvents(url)).map(({ id }) => id));
    expect(ids.filter((id) => !stored.has(id))).toEqual([]);
    await until('all are forwarded', () => {
      const heard = new Set(world.destinations.heard.flatMap(({ events }) => events.map(({ id }) => id)));
      return ids.every((id) => heard.has(id));
    });
  }, TEST_MS);

  it('is known again when it is sent again, and after a kill', async () => {
    await world.fleet.slots[0]?.kill();
    world.fleet.slots[0]?.start();
    await world.fleet.allReady();
    const answers = await Promise.all(Object.values(poisons).map((poison) => send(world.fleet.urls[0] ?? '', 'chat', poison)));
    expect(answers.map((answer) => answer.kind === 'received' && answer.duplicate)).toEqual(answers.map(() => true));
  }, TEST_MS);
});
