import type { DestinationConfig } from '../../receiver/config/config';
import { compileGlobs } from '../../receiver/event-globs';
import { createRoutes } from '../../receiver/forward/routes';
import { stepsOf } from '../support/steps';

describe('a glob over types', () => {
  it.each([
    ['chat.message.sent', 'chat.message.sent', true],
    ['chat.message.sent', 'chat.message.sent.x', false],
    ['chat.message.*', 'chat.message.sent', true],
    ['chat.message.*', 'chat.message', false],
    ['chat.message.*', 'chat.message.sent.twice', false],
    ['chat.message.*', 'chatxmessage.sent', false],
    ['chat.*.sent', 'chat.message.sent', true],
    ['chat.*.sent', 'chat.a.b.sent', false],
    ['*.message.*', 'chat.message.sent', true],
    ['chat.mess*.s*t', 'chat.message.sent', true],
    ['chat.*ss*ge.sent', 'chat.message.sent', true],
    ['chat.m*x', 'chat.message', false],
    ['identity.**', 'identity.user.created', true],
    ['identity.**', 'identity.user', true],
    ['identity.**', 'identity', true],
    ['identity.**', 'identityx.user', false],
    ['**.created', 'identity.user.created', true],
    ['**.created', 'created', true],
    ['a.**.b.**.c', 'a.b.c', true],
    ['a.**.b.**.c', 'a.x.b.y.b.z.c', true],
    ['a.**.b.**.c', 'a.x.c', false],
    ['**.x*.y', 'x1.x2.y', true],
    ['chat.**sent', 'chat.unsent', true],
    ['chat.**sent', 'chat.message.sent', false],
    ['*', 'identity.user.created', true],
    ['**', 'identity.user.created', true],
    ['*.*', 'identity.user.created', false],
    ['', 'chat.message.sent', false],
    ['chat.message.[s]ent', 'chat.message.sent', false],
    ['chat.message.(a+)+', 'chat.message.a', false],
  ])('%j fits %j: %j', (glob, type, fits) => expect(compileGlobs([glob])(type)).toBe(fits));

  it('is one of several: any of them will do, and none fits nothing', () => {
    const fits = compileGlobs(['chat.message.*', 'identity.**']);
    expect(['chat.message.sent', 'identity.user.created', 'chat.member.added'].map(fits)).toEqual([true, true, false]);
    expect(compileGlobs([])('chat.message.sent')).toBe(false);
  });

  it.each([
    ['*a'.repeat(500) + 'b', 'a'.repeat(1_000)],
    [`${'**.a.'.repeat(500)}b`, 'a.'.repeat(1_000)],
    [`${'*a*'.repeat(300)}.${'*b'.repeat(300)}c`, `${'a'.repeat(500)}.${'b'.repeat(500)}`],
  ])('takes no more steps than a few for each pair of characters, however it is made', async (glob, type) => {
    const fits = compileGlobs([glob]);
    expect(await stepsOf('/receiver/', () => expect(fits(type)).toBe(false))).toBeLessThan(8 * glob.length * type.length);
  });
});

describe('a route', () => {
  const routesOf = createRoutes([
    destination('all', ['**']),
    destination('chat', ['chat.**'], ['room']),
    destination('nowhere', ['**'], []),
  ]);
  const routes = (type: string, source: string): readonly string[] => routesOf(type, source).destinations;

  it('leads to the destinations that want the type and the source', () => {
    expect(routes('chat.message.sent', 'room')).toEqual(['all', 'chat']);
    expect(routes('chat.message.sent', 'other')).toEqual(['all']);
    expect(routes('identity.user.created', 'room')).toEqual(['all']);
  });

  it('is the same the second time, and after thousands of others', () => {
    for (let made = 0; made < 3_000; made++) routes(`made.up${made}`, 'room');
    expect(routes('chat.message.sent', 'room')).toEqual(['all', 'chat']);
    expect(routes('chat.message.sent', 'room')).toEqual(['all', 'chat']);
  });
});

function destination(id: string, events: readonly string[], sources?: readonly string[]): DestinationConfig {
  return {
    id, events, url: 'http://127.0.0.1', secrets: [], concurrency: 1, batch: { max: 1, waitMs: 0 }, timeoutMs: 1_000, order: 'none',
    retry: { attempts: 1 }, ...(sources === undefined ? {} : { sources }),
  };
}
