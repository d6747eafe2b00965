import { engines } from '../engines';
import { message, messageWith } from './support/bodies';
import { target } from './support/target';

const pristine = Object.getOwnPropertyNames(Object.prototype).join();

describe.each(engines)('keys, over $name', (engine) => {
  const attacked = target(engine);
  const issues = async (): Promise<readonly { code: string; path: string }[]> => (await attacked.receiver.get<{ issues: { code: string; path: string }[] }>(`/events/${(await attacked.newest()).key}`)).issues;

  afterEach(() => {
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(pristine);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(([] as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each<[string, (body: string) => string, string]>([
    ['at the top', (body) => body.replace('"trigger":', '"trigger":"group_deleted","trigger":'), 'trigger'],
    ['below', (body) => body.replace('"sender":', '"sender":"eve","sender":'), 'data.message.sender'],
    ['escaped', (body) => body.replace('"trigger":', '"\\u0074rigger":"group_deleted","trigger":'), 'trigger'],
    ['in a list', (body) => body.replace('"region"', '"list":[{"a":1,"a":2}],"region"'), 'list.[].a'],
    ['empty', (body) => body.replace('"region"', '"":1,"":2,"region"'), ''],
    ['__proto__', (body) => body.replace('"region"', '"__proto__":1,"__proto__":2,"region"'), '__proto__'],
  ])('a repeated key is taken and flagged: %s', async (_name, repeat, path) => {
    await attacked.expect({ body: repeat(JSON.stringify(message())) }, '401 unauthenticated', '200');
    expect((await attacked.newest()).event).toMatchObject({ type: 'chat.message.sent', data: { actor: { id: 'ada' } } });
    expect(await issues()).toContainEqual(expect.objectContaining({ code: 'duplicate_key', path }));
  });

  it('a key in differing case is another key', async () => {
    await attacked.expect({ body: JSON.stringify(message({}, { Trigger: 'group_deleted', TRIGGER: 'group_deleted' })) }, '401 unauthenticated', '200');
    expect((await attacked.newest()).event.type).toBe('chat.message.sent');
    expect((await issues()).map(({ code }) => code)).not.toContain('duplicate_key');
  });

  it('a key in another normal form is another key', async () => {
    await attacked.expect({ body: JSON.stringify(message({}, { 'p\u00e4': 1, 'pa\u0308': 2 })) }, '401 unauthenticated', '200');
    expect((await issues()).map(({ code }) => code)).not.toContain('duplicate_key');
    expect((await attacked.newest()).event.data.raw).toMatchObject({ 'p\u00e4': 1, 'pa\u0308': 2 });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'toJSON', 'then', 'hasOwnProperty', 'length', '__defineGetter__', '0', '', ' ', '\u0000', '\ud800', 'a.b', '[0]', '$ref'])('a key named %j is a key like any other, at every depth', async (name) => {
    const hostile = `{${JSON.stringify(name)}:{"prototype":{"polluted":1},"polluted":1,${JSON.stringify(name)}:["polluted"]}}`;
    for (const text of [messageWith(hostile, {}, { extra: '@' }), messageWith(hostile, { data: '@' }), messageWith(hostile, { sender: '@' }), JSON.stringify(message()).replace('"region"', `${hostile.slice(1, -1)},"region"`)]) {
      await attacked.expect({ body: text }, '401 unauthenticated', '200');
      expect((await attacked.newest()).event.data.raw).toEqual(JSON.parse(text));
    }
  });

  it('a body of nothing but such keys is an event of which nothing is known', async () => {
    const text = '{"__proto__":{"trigger":"message_sent","data":{"message":{"id":"1"}}},"constructor":{"prototype":{"trigger":"message_sent"}},"toString":1,"hasOwnProperty":null,"length":-1,"":""}';
    await attacked.expect({ body: text }, '401 unauthenticated', '200');
    expect((await attacked.newest()).event).toMatchObject({ type: 'chat.unknown', id: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });
});
