import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readTriggers, readWebhooks } from '../../providers/cometchat/management';
import { registration } from '../../providers/cometchat/registration';
import { allTriggers, faultOf, nameOf, webhookId } from '../../providers/cometchat/webhook';
import type { CometChatWebhook } from '../../providers/cometchat/webhook';
import type { ManagementFailureCode } from '../../providers/management/failure';
import type { ManagementAnswer, ManagementRequest, Send } from '../../providers/management/request';
import { startFakeCometChat } from '../fakes/cometchat';
import type { FakeCometChat, FakeCometChatOptions } from '../fakes/cometchat';
import { publishedTriggers } from '../fakes/cometchat/rules';
import type { FailureRule, RecordedRequest } from '../fakes/server';
import { messageOf, sendTo, valueOf } from '../support/management';

const APP = '27318c05d9a4ef60';
const URL_OF_OURS = 'https://n8n.example.com/webhook/6f1c2a9e/webhook';
const TEST_URL = 'https://n8n.example.com/webhook-test/6f1c2a9e/webhook';
const THEIRS = 'https://hooks.elsewhere.example/cometchat';

const ACCESS = { key: 'management-key', secret: 'management-secret' };
const USERNAME = 'n8n5f0c2e7d91b84a36';
const PASSWORD = 'c4d1f6a8e2b7093d5a1c8f4e6b2d7093';

const wanted: CometChatWebhook = {
  appId: APP,
  url: URL_OF_OURS,
  label: 'n8n Support desk',
  username: USERNAME,
  password: PASSWORD,
  triggers: ['message_sent', 'group_created'],
};
const all: CometChatWebhook = { ...wanted, triggers: ['*'] };

let cometchat: FakeCometChat;
let send: Send;

beforeEach(() => start());
afterEach(() => cometchat.close());

async function start(options: FakeCometChatOptions = {}): Promise<void> {
  cometchat = await startFakeCometChat(options);
  send = sendTo(cometchat.url, ACCESS);
}

describe.each(['schema', 'example'] as const)('a webhook, with answers in the form of the %s', (answers) => {
  beforeEach(async () => {
    await cometchat.close();
    await start({ answers });
  });

  it('is created, its triggers are added, and then it stands', async () => {
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
    expect(valueOf(await registration.register(wanted, send))).toEqual({ id: webhookId(URL_OF_OURS), notes: [] });
    expect(cometchat.hooks).toEqual([
      {
        id: webhookId(URL_OF_OURS),
        name: nameOf(wanted),
        webhookURL: URL_OF_OURS,
        enabled: true,
        useBasicAuth: true,
        retryOnFailure: true,
        username: USERNAME,
        password: PASSWORD,
        triggers: ['message_sent', 'group_created'],
        createdAt: expect.any(Number) as number,
        updatedAt: expect.any(Number) as number,
      },
    ]);
    expect(cometchat.legacyHooks).toEqual([]);
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
    expect(lines()).toEqual([
      'GET /webhooks',
      'GET /webhooks', 'POST /webhooks', 'POST /webhooks/{id}/triggers',
      'GET /webhooks', 'GET /webhooks/{id}/triggers',
    ]);
  });

  it('is found again and not made twice', async () => {
    const first = valueOf(await registration.register(wanted, send));
    expect(valueOf(await registration.register(wanted, send))).toEqual(first);
    expect(cometchat.hooks).toHaveLength(1);
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
  });

  it('is changed in place when other events are chosen: one added, one removed, the rest left alone', async () => {
    await registration.register(wanted, send);
    const [before] = cometchat.hooks;
    const other = { ...wanted, triggers: ['group_created', 'call_started'] };
    expect(valueOf(await registration.check(other, send))).toBe(false);
    const from = cometchat.requests.length;
    expect(valueOf(await registration.register(other, send)).id).toBe(before?.id);
    expect(cometchat.requests.slice(from).map(({ body, ...call }) => [lineOf(call), (body as { triggerIds?: unknown } | undefined)?.triggerIds])).toEqual([
      ['GET /webhooks', undefined],
      ['PUT /webhooks/{id}', undefined],
      ['GET /webhooks/{id}/triggers', undefined],
      ['POST /webhooks/{id}/triggers', ['call_started']],
      ['DELETE /webhooks/{id}/triggers', ['message_sent']],
    ]);
    expect(cometchat.hooks).toMatchObject([{ id: before?.id, createdAt: before?.createdAt, triggers: ['group_created', 'call_started'] }]);
    expect(valueOf(await registration.check(other, send))).toBe(true);
  });

  it('is removed, and gone is gone', async () => {
    await registration.register(wanted, send);
    expect(await registration.remove(wanted, send)).toEqual({ ok: true, value: undefined });
    expect(cometchat.hooks).toEqual([]);
    expect(await registration.remove(wanted, send)).toEqual({ ok: true, value: undefined });
  });
});

describe('a webhook that stands, but not as wanted', () => {
  beforeEach(() => registration.register(wanted, send));

  it('shows other credentials by its name, since none are ever told, and gets the new ones', async () => {
    const changed = { ...wanted, password: 'anotherPassword0123456789' };
    expect(nameOf(changed)).not.toBe(nameOf(wanted));
    expect(valueOf(await registration.check(changed, send))).toBe(false);
    await registration.register(changed, send);
    expect(cometchat.hooks).toMatchObject([{ id: webhookId(URL_OF_OURS), password: 'anotherPassword0123456789', name: nameOf(changed) }]);
    expect(valueOf(await registration.check(changed, send))).toBe(true);
  });

  it('was disabled in the dashboard, or told to try only once: it is set anew', async () => {
    await put(webhookId(URL_OF_OURS), { enabled: false, retryOnFailure: false, useBasicAuth: false });
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
    await registration.register(wanted, send);
    expect(cometchat.hooks).toMatchObject([{ enabled: true, retryOnFailure: true, useBasicAuth: true }]);
  });

  it('was given another URL in the dashboard: registering takes it back, removing leaves it', async () => {
    await put(webhookId(URL_OF_OURS), { webhookURL: THEIRS });
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
    await registration.remove(wanted, send);
    expect(cometchat.hooks).toMatchObject([{ webhookURL: THEIRS }]);
    await registration.register(wanted, send);
    expect(cometchat.hooks).toMatchObject([{ webhookURL: URL_OF_OURS }]);
  });

  it('lost its triggers in the dashboard: they are added again', async () => {
    await send({ method: 'DELETE', path: `/apps/${APP}/webhooks/${webhookId(URL_OF_OURS)}/triggers`, headers: { 'X-Webhook-Version': '2' }, body: { triggerIds: ['message_sent', 'group_created'] } });
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
    await registration.register(wanted, send);
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
  });

  it('has a second one with the same URL beside it, which would start everything twice: one stays', async () => {
    await createByHand('byhand', URL_OF_OURS, ['message_sent']);
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
    await registration.register(wanted, send);
    expect(cometchat.hooks.map(({ id }) => id)).toEqual([webhookId(URL_OF_OURS)]);
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
  });
});

describe('webhooks that somebody made by hand', () => {
  it('are adopted when they have our URL', async () => {
    await createByHand('byhand', URL_OF_OURS, ['call_started']);
    expect(valueOf(await registration.register(wanted, send)).id).toBe('byhand');
    expect(cometchat.hooks).toMatchObject([{ id: 'byhand', username: USERNAME, password: PASSWORD, retryOnFailure: true, triggers: ['message_sent', 'group_created'] }]);
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
    await registration.remove(wanted, send);
    expect(cometchat.hooks).toEqual([]);
  });

  it('are never touched when they have another, whatever is registered and removed beside them', async () => {
    await createByHand('theirs', THEIRS, ['message_sent']);
    await createByHand('nearly', `${URL_OF_OURS}/`, ['message_sent']);
    await createByHand('cases', URL_OF_OURS.toUpperCase(), ['message_sent']);
    const before = cometchat.hooks;
    await registration.register(wanted, send);
    await registration.register({ ...wanted, url: TEST_URL }, send);
    expect(cometchat.hooks).toHaveLength(5);
    await registration.remove(wanted, send);
    expect(cometchat.hooks.map(({ webhookURL }) => webhookURL)).toContain(TEST_URL);
    await registration.remove({ ...wanted, url: TEST_URL }, send);
    expect(cometchat.hooks).toEqual(before);
  });
});

describe('[All]', () => {
  it('is every published trigger, none of the older system and none that is only rumoured', async () => {
    valueOf(await registration.register(all, send));
    expect(new Set(cometchat.hooks[0]?.triggers)).toEqual(new Set(publishedTriggers));
    expect(publishedTriggers).toHaveLength(53);
    expect(allTriggers()).not.toEqual(expect.arrayContaining(['before_message']));
    expect(allTriggers()).not.toEqual(expect.arrayContaining(['message_pinned']));
    expect(valueOf(await registration.check(all, send))).toBe(true);
  });

  it('with names beside it asks for each once', async () => {
    await registration.register({ ...wanted, triggers: ['*', 'message_sent', 'call_ended'] }, send);
    const asked = cometchat.requests.find(({ path }) => path.endsWith('/triggers'))?.body as { triggerIds: readonly string[] };
    expect(asked.triggerIds).toHaveLength(new Set(asked.triggerIds).size);
  });

  it('leaves out what the plan lacks and says so, again and again', async () => {
    await cometchat.close();
    await start({ triggers: ['message_sent', 'group_created'] });
    for (const _attempt of [1, 2, 3]) {
      const { notes } = valueOf(await registration.register(all, send));
      expect(notes).toEqual([expect.stringContaining('call_started')]);
      expect(notes[0]).not.toContain('message_sent,');
      expect(cometchat.hooks).toMatchObject([{ triggers: ['message_sent', 'group_created'] }]);
    }
  });

  it('of which not one is taken is a failure', async () => {
    await cometchat.close();
    await start({ triggers: [] });
    messageOf(await registration.register(all, send), 'refused');
    expect(cometchat.hooks).toEqual([]);
  });

  it('with a name beside it that is not taken is a failure, which names it alone', async () => {
    await cometchat.close();
    await start({ triggers: ['message_sent'] });
    const message = messageOf(await registration.register({ ...wanted, triggers: ['*', 'made_up'] }, send), 'refused');
    expect(message).toContain('did not add the triggers made_up. ');
    expect(cometchat.hooks).toEqual([]);
  });
});

describe('a trigger that CometChat does not add', () => {
  it('is named with what to do, and the webhook is taken away again', async () => {
    const message = messageOf(await registration.register({ ...wanted, triggers: ['message_sent', 'mesage_read', 'toString'] }, send), 'refused');
    expect(message).toBe('CometChat did not add the triggers mesage_read, toString. Take them out of \'Events\' or \'Custom Events\', or check that the plan has them.');
    expect(cometchat.hooks).toEqual([]);
    expect(lines()).toEqual(['GET /webhooks', 'POST /webhooks', 'POST /webhooks/{id}/triggers', 'DELETE /webhooks/{id}']);
  });

  it('is told of a webhook that stands, too, which keeps what it has', async () => {
    await registration.register(wanted, send);
    messageOf(await registration.register({ ...wanted, triggers: ['message_sent', 'mesage_read'] }, send), 'refused');
    expect(cometchat.hooks).toMatchObject([{ triggers: ['message_sent', 'group_created'] }]);
  });

  it.each([['nothing', {}], ['no results', { data: {} }], ['a list', { data: [] }], ['a web page', '<html>welcome</html>'], ['another form', { success: true }]])('is not taken for added when the answer is %s', async (_what, body) => {
    cometchat.failNext({ method: 'POST', path: /triggers$/, status: 200, body });
    messageOf(await registration.register(wanted, send), 'unexpected_answer');
    expect(cometchat.hooks).toEqual([]);
  });
});

describe('what is half done', () => {
  const half = [
    ['the triggers are answered with a failure', { path: /triggers$/, status: 500 }, 'provider_failed'],
    ['the connection is cut before the triggers', { path: /triggers$/, reset: true }, 'unreachable'],
    ['the triggers are added and the answer is lost', { path: /triggers$/, reset: true, carriedOut: true }, 'unreachable'],
    ['the webhook is created and a gateway gives up', { path: /webhooks$/, status: 504, carriedOut: true }, 'provider_failed'],
    ['the webhook is created and the answer is lost', { path: /webhooks$/, reset: true, carriedOut: true }, 'unreachable'],
  ] as const satisfies readonly (readonly [string, FailureRule, ManagementFailureCode])[];

  it.each(half)('is taken away again: %s', async (_what, rule, code) => {
    cometchat.failNext({ method: 'POST', ...rule });
    messageOf(await registration.register(wanted, send), code);
    expect(cometchat.hooks).toEqual([]);
    expect(valueOf(await registration.register(wanted, send)).id).toBe(webhookId(URL_OF_OURS));
  });

  it.each(half)('is found and finished by the next attempt where even that fails: %s', async (_what, rule, code) => {
    cometchat.failNext({ method: 'POST', ...rule });
    cometchat.failNext({ method: 'DELETE', status: 503 });
    messageOf(await registration.register(wanted, send), code);
    expect(cometchat.hooks).toHaveLength(1);
    valueOf(await registration.register(wanted, send));
    expect(cometchat.hooks).toMatchObject([{ id: webhookId(URL_OF_OURS), triggers: expect.arrayContaining(wanted.triggers) as string[] }]);
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
  });

  it('that was never begun is not taken away: CometChat refused to create it', async () => {
    cometchat.failNext({ method: 'POST', status: 400, body: error('ERR_BAD_REQUEST', 'The id has already been taken.') });
    expect(messageOf(await registration.register(wanted, send), 'refused')).toContain('ERR_BAD_REQUEST, The id has already been taken.');
    expect(lines()).toEqual(['GET /webhooks', 'POST /webhooks']);
  });

  it('by any sequence of failures ends as wanted with the first attempt that none disturbs, others left alone', async () => {
    const step = fc.constantFrom('register', 'check', 'remove');
    const failing = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      how: fc.constantFrom<FailureRule>({ status: 500 }, { status: 429 }, { status: 404 }, { status: 200, body: '<html>' }, { reset: true }, { status: 502, carriedOut: true }, { reset: true, carriedOut: true }),
    });
    const wants = fc.constantFrom<CometChatWebhook>(wanted, all, { ...wanted, triggers: ['call_ended'] }, { ...wanted, password: 'another0Password' });
    await createByHand('theirs', THEIRS, ['message_sent']);
    const theirs = cometchat.hooks;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, wants, failing), { maxLength: 5 }), wants, async (attempts, last) => {
        // One failure each, that is over when the attempt is: what a rule did not hit, it must not hit later.
        for (const [name, want, { method, how }] of attempts) await registration[name](want, disturbed(send, method, how));
        valueOf(await registration.register(last, send));
        expect(valueOf(await registration.check(last, send))).toBe(true);
        expect(cometchat.hooks.filter(({ webhookURL }) => webhookURL === URL_OF_OURS)).toHaveLength(1);
        expect(cometchat.hooks.find(({ webhookURL }) => webhookURL === URL_OF_OURS)?.password).toBe(last.password);
        expect(cometchat.hooks.filter(({ webhookURL }) => webhookURL !== URL_OF_OURS)).toEqual(theirs);
        valueOf(await registration.remove(last, send));
        expect(cometchat.hooks).toEqual(theirs);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the limit of 25 webhooks', () => {
  const fill = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number += 1) await createByHand(`hook${number}`, `${THEIRS}/${number}`, []);
  };

  it('is explained, and nothing is tried', async () => {
    await fill(25);
    const message = messageOf(await registration.register(wanted, send), 'limit_reached');
    expect(message).toContain('has 25 webhooks already');
    expect(message).toContain('Delete unused ones in the dashboard.');
    expect(cometchat.requests.filter(({ method }) => method === 'POST')).toHaveLength(25);
  });

  it('does not stop the last one, nor a change of one of them', async () => {
    await fill(24);
    valueOf(await registration.register(wanted, send));
    expect(cometchat.hooks).toHaveLength(25);
    valueOf(await registration.register({ ...wanted, triggers: ['call_ended'] }, send));
  });
});

describe('what is told before CometChat is asked', () => {
  const long = (length: number): string => `https://n8n.example.com/${'a'.repeat(length - 'https://n8n.example.com/'.length)}`;

  it.each([
    'http://n8n.example.com/webhook/a', 'http://localhost:5678/webhook/a', 'https://localhost/webhook/a', 'https://n8n.localhost/webhook/a', 'https://127.0.0.1/a', 'https://127.1/a', 'https://2130706433/a',
    'https://0x7f.1/a', 'https://[::1]/a', 'https://[::]/a', 'https://[::ffff:127.0.0.1]/a', 'https://0.0.0.0/a', 'https://10.0.0.5/a', 'https://172.16.0.1/a', 'https://172.31.255.255/a', 'https://192.168.1.20/a',
    'https://169.254.169.254/a', 'https://100.64.0.1/a', 'https://[fd00::1]/a', 'https://[fe80::1]/a', 'https://n8n/webhook/a', 'https://n8n.local/a', 'https://n8n.internal/a', 'https://n8n.lan./a', 'https://n8n.home.arpa/a',
    'ftp://n8n.example.com/a', 'n8n.example.com/a', '',
  ])('a URL like %s', async (url) => {
    for (const step of ['check', 'register'] as const) {
      const message = messageOf(await registration[step]({ ...wanted, url }, send), 'url_refused');
      expect(message).toMatch(/^CometChat calls public HTTPS addresses only, and .* is none\. Set WEBHOOK_URL of n8n to its public https address/);
    }
    expect(cometchat.requests).toEqual([]);
  });

  it('never with the path of the URL, which whoever may not know it would call', async () => {
    expect(messageOf(await registration.register({ ...wanted, url: 'http://localhost:5678/webhook/6f1c2a9e/webhook' }, send), 'url_refused')).toContain('and http://localhost:5678 is none');
  });

  it('a URL of more than 255 characters, and none of 255', async () => {
    expect(messageOf(await registration.register({ ...wanted, url: long(256) }, send), 'url_refused')).toContain('at most 255 characters, and this one has 256. Shorten WEBHOOK_URL');
    expect(cometchat.requests).toEqual([]);
    valueOf(await registration.register({ ...wanted, url: long(255) }, send));
    expect(cometchat.hooks[0]?.webhookURL).toHaveLength(255);
  });

  it.each(['https://10.example.com/a', 'https://192.168.example.com/a', 'https://172.15.0.1/a', 'https://172.32.0.1/a', 'https://100.128.0.1/a', 'https://[2001:db8::1]/a', 'https://xn--bcher-kva.example/a', 'https://fd.example.com/a'])('nothing of %s, which is public', (url) => {
    expect(faultOf({ ...wanted, url })).toBeUndefined();
  });

  it.each<[string, Partial<CometChatWebhook>, string]>([
    ['no app', { appId: '' }, 'names no app. Fill in its app ID'],
    ['no management secret', { username: 'n8n', password: '' }, 'no management secret. Fill in management key and secret'],
    ['no event', { triggers: [] }, 'No event is chosen. Choose at least one in \'Events\''],
    ['a username with a dash', { username: 'n8n-user' }, 'letters and digits only'],
    ['a username of 51 characters', { username: 'a'.repeat(51) }, 'at most 50'],
    ['a password with a space', { password: 'pass word' }, 'letters and digits only'],
    ['a password of 101 characters', { password: 'a'.repeat(101) }, '100 for the webhook password'],
  ])('%s', async (_what, change, told) => {
    for (const step of ['check', 'register'] as const) {
      const message = messageOf(await registration[step]({ ...wanted, ...change }, send), 'incomplete_settings');
      expect(message).toContain(told);
      if (change.password !== undefined && change.password !== '') expect(message).not.toContain(change.password);
    }
    expect(cometchat.requests).toEqual([]);
  });

  it('and what can never have been registered is removed without asking', async () => {
    expect(await registration.remove({ ...wanted, appId: '' }, send)).toEqual({ ok: true, value: undefined });
    expect(cometchat.requests).toEqual([]);
  });
});

describe('a webhook that is to be removed', () => {
  beforeEach(() => registration.register(wanted, send));

  it.each<[string, FailureRule]>([
    ['404 with its code', { status: 404, body: error('ERR_WEBHOOK_NOT_FOUND', 'The webhook does not exist.') }],
    ['400 with that code', { status: 400, body: error('ERR_WEBHOOK_NOT_FOUND', 'The webhook does not exist.') }],
    ['404 without any', { status: 404 }],
    ['410', { status: 410 }],
  ])('and is gone meanwhile counts as removed: %s', async (_what, rule) => {
    cometchat.failNext({ method: 'DELETE', carriedOut: true, ...rule });
    expect(await registration.remove(wanted, send)).toEqual({ ok: true, value: undefined });
  });

  it.each<[string, FailureRule, ManagementFailureCode]>([
    ['an app that does not exist', { status: 404, body: error('ERR_APP_NOT_FOUND', 'The App ID does not exist or has been archived.') }, 'not_found'],
    ['trouble at CometChat', { status: 500 }, 'provider_failed'],
    ['too many calls', { status: 429, body: error('ERR_TOO_MANY_REQUESTS', 'Slow down.') }, 'rate_limited'],
    ['a success that is none', { status: 200, body: { data: { success: false, message: 'It is in use.' } } }, 'unexpected_answer'],
    ['a lost connection', { reset: true }, 'unreachable'],
  ])('and could not be is a failure, so that the host tries again: %s', async (_what, rule, code) => {
    cometchat.failNext({ method: 'DELETE', ...rule });
    expect(messageOf(await registration.remove(wanted, send), code)).toContain('CometChat could not delete the webhook');
    expect(cometchat.hooks).toHaveLength(1);
  });

  it('beside one that is a double: both, or a failure', async () => {
    await createByHand('byhand', URL_OF_OURS, []);
    cometchat.failNext({ method: 'DELETE', path: /byhand$/ });
    messageOf(await registration.remove(wanted, send), 'provider_failed');
    valueOf(await registration.remove(wanted, send));
    expect(cometchat.hooks).toEqual([]);
  });
});

describe.each(['check', 'register', 'remove'] as const)('trouble while asking (%s)', (step) => {
  it.each<[number, ManagementFailureCode]>([
    [302, 'unexpected_answer'], [400, 'refused'], [401, 'unauthorized'], [403, 'forbidden'], [404, 'not_found'], [409, 'conflict'], [422, 'refused'], [429, 'rate_limited'], [500, 'provider_failed'], [502, 'provider_failed'], [503, 'provider_failed'],
  ])('status %i is a failure, and never read as "missing"', async (status, code) => {
    cometchat.failNext({ status, body: error('ERR_SOMETHING', 'Something.'), headers: { location: 'https://elsewhere.example/' } });
    const message = messageOf(await registration[step](wanted, send), code);
    expect(message).toContain(`(status ${status}: ERR_SOMETHING`);
    expect(message).toMatch(/\. [A-Z][^.]+\.[^.]*/);
    expect(cometchat.requests).toHaveLength(1);
  });

  it.each([['no body', undefined], ['a web page', '<!doctype html><title>CometChat</title>'], ['cut JSON', '{"data":['], ['null', null], ['a number', 7], ['an empty list', []], ['no list', { data: {} }], ['a text for a list', { data: 'none' }]])(
    'an answer of success that is %s is none',
    async (_what, body) => {
      cometchat.failNext({ status: 200, body });
      const message = messageOf(await registration[step](wanted, send), 'unexpected_answer');
      expect(message).toContain('not of its web page');
      expect(message).not.toContain('<');
      expect(cometchat.requests).toHaveLength(1);
    },
  );

  it('a wrong key or secret, or none', async () => {
    for (const access of [{ ...ACCESS, key: 'wrong-key' }, { ...ACCESS, secret: 'wrong-secret' }, {}]) {
      const message = messageOf(await registration[step](wanted, sendTo(cometchat.url, access)), 'unauthorized');
      expect(message).toContain('Check key and secret in the credential');
      expect(message).toContain('set \'Registration\' to Manual');
      expect(message).not.toMatch(/wrong-/);
    }
  });

  it('the wrong app, and not the right app without webhooks', async () => {
    const message = messageOf(await registration[step]({ ...wanted, appId: 'another-app' }, send), 'not_found');
    expect(message).toContain('ERR_APP_NOT_FOUND');
    expect(message).toContain('Check the app ID');
  });

  it('the API of an app in place of the management API, to which the key of an app may well belong', async () => {
    const elsewhere = sendTo(`${cometchat.url}/v3`, ACCESS);
    const message = messageOf(await registration[step](wanted, elsewhere), 'not_found');
    expect(message).toContain('ERR_API_NOT_FOUND');
    expect(message).toContain('An app\'s own API host does not know these calls');
  });

  it('nobody there, no answer, an answer that is cut off', async () => {
    cometchat.failNext({ reset: true });
    expect(messageOf(await registration[step](wanted, send), 'unreachable')).toMatch(/\(no answer: \w+\)\. Check the base URL/);
    cometchat.failNext({ hang: true });
    expect(messageOf(await registration[step](wanted, sendTo(cometchat.url, ACCESS, 200)), 'unreachable')).toContain('(no answer: timeout)');
    await cometchat.close();
    expect(messageOf(await registration[step](wanted, send), 'unreachable')).toContain('ECONNREFUSED');
  });
});

describe('each step that fails', () => {
  const rules: readonly (readonly [string, FailureRule])[] = [
    ['list the webhooks', { method: 'GET', path: /webhooks$/ }],
    ['create the webhook', { method: 'POST', path: /webhooks$/ }],
    ['add triggers to the webhook', { method: 'POST', path: /triggers$/ }],
    ['update the webhook', { method: 'PUT' }],
    ['list the triggers of the webhook', { method: 'GET', path: /triggers$/ }],
    ['remove triggers from the webhook', { method: 'DELETE', path: /triggers$/ }],
  ];
  const codes: readonly (readonly [number, ManagementFailureCode])[] = [[400, 'refused'], [401, 'unauthorized'], [403, 'forbidden'], [409, 'conflict'], [429, 'rate_limited'], [500, 'provider_failed']];

  it.each(rules.flatMap(([action, rule]) => codes.map(([status, code]) => [action, status, code, rule] as const)))('says that it could not %s: %i, %s', async (action, status, code, rule) => {
    // Nothing stands for the first three; for the others something that has to be mended.
    if (!/webhooks$|create|^add/.test(action)) await registration.register({ ...wanted, triggers: ['call_ended', 'call_started'] }, send);
    cometchat.failNext({ ...rule, status, body: error('ERR_SOMETHING', `Password ${PASSWORD} of ${USERNAME} is not good.`) });
    const message = messageOf(await registration.register(wanted, send), code);
    expect(message).toContain(`CometChat could not ${action} (status ${status}: ERR_SOMETHING`);
    expect(message).not.toContain(PASSWORD);
    expect(message).not.toContain(USERNAME);
    expect(message).not.toContain(ACCESS.key);
  });

  it('says no more of credentials that are not accepted than the code: what CometChat writes may quote them', async () => {
    cometchat.failNext({ status: 401, body: error('AUTH_ERR_APIKEY_NOT_FOUND', `The key ${ACCESS.key} does not exist.`) });
    const message = messageOf(await registration.check(wanted, send), 'unauthorized');
    expect(message).toContain('AUTH_ERR_APIKEY_NOT_FOUND');
    expect(message).not.toContain(ACCESS.key);
  });

  it('says what CometChat does in one line that ends somewhere', async () => {
    cometchat.failNext({ status: 400, body: error('ERR_BAD_REQUEST', `<p>No\n\tgood</p>${'<'.repeat(300_000)}`) });
    const message = messageOf(await registration.check(wanted, send), 'refused');
    expect(message).toContain('ERR_BAD_REQUEST, No good');
    expect(message.length).toBeLessThan(600);
    expect(message).not.toContain('\n');
  });

  it.each([undefined, 'text', [], { error: 'text' }, { error: { code: {}, message: [] } }, { error: null }])('has a message also when CometChat says %j', async (body) => {
    cometchat.failNext({ status: 500, body });
    expect(messageOf(await registration.check(wanted, send), 'provider_failed')).toBe('CometChat could not list the webhooks (status 500). The provider has trouble of its own. Try again later.');
  });
});

describe('the name of a webhook', () => {
  it('tells the workflow, and by eight characters its credentials', () => {
    expect(nameOf(wanted)).toMatch(/^n8n Support desk [0-9a-f]{8}$/);
    expect(nameOf(wanted)).not.toContain(PASSWORD.slice(0, 8));
  });

  it('fits, is text and says something, whatever the workflow is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (label) => {
        const name = nameOf({ ...wanted, label });
        expect(name).toMatch(/^.* [0-9a-f]{8}$/su);
        expect(name.length).toBeLessThanOrEqual(50);
        expect(name.isWellFormed()).toBe(true);
        expect(name.trim()).toBe(name);
        expect(name).not.toMatch(/[<>"'&]/);
      }),
    );
    expect(nameOf({ ...wanted, label: '𝔸'.repeat(40) }).isWellFormed()).toBe(true);
    expect(nameOf({ ...wanted, label: '🤖 !?' })).toMatch(/^Chathooks [0-9a-f]{8}$/);
  });

  it('has an id beside it that the API takes, the same each time, another one for each URL', () => {
    expect(webhookId(URL_OF_OURS)).toMatch(/^[a-z0-9]{50}$/);
    expect(webhookId(URL_OF_OURS)).toBe(webhookId(URL_OF_OURS));
    expect(webhookId(TEST_URL)).not.toBe(webhookId(URL_OF_OURS));
  });
});

describe('lists', () => {
  it('are read in every form that is documented, and what is no webhook is left out', () => {
    const one = { id: 'a', name: 'A', url: THEIRS, enabled: undefined };
    const told = { id: 'a', name: 'A', webhookURL: THEIRS };
    expect(readWebhooks({ data: [told] })).toEqual([one]);
    expect(readWebhooks({ data: [{ data: told }] })).toEqual([one]);
    expect(readWebhooks([{ data: [told] }])).toEqual([one]);
    expect(readWebhooks({ data: [null, 'a', {}, { id: '' }, { ...told, enabled: false }, { id: 7 }] })).toEqual([
      { ...one, enabled: false },
      { id: '7', name: undefined, url: undefined, enabled: undefined },
    ]);
    expect(readWebhooks({ data: told })).toBeUndefined();
    expect(readTriggers({ data: [{ id: 'message_sent', description: 'x' }, {}, null] })).toEqual(['message_sent']);
    expect(readTriggers({ data: {} })).toBeUndefined();
  });
});

describe('every request', () => {
  let requests: readonly RecordedRequest[];

  beforeEach(async () => {
    await registration.register(wanted, send);
    await registration.register({ ...wanted, triggers: ['call_ended'] }, send);
    await registration.check(wanted, send);
    await registration.remove(wanted, send);
    requests = cometchat.requests;
  });

  it('is about the newer webhooks, carries key and secret, and says what its body is', () => {
    expect(new Set(requests.map(lineOf))).toEqual(
      new Set(['GET /webhooks', 'POST /webhooks', 'PUT /webhooks/{id}', 'DELETE /webhooks/{id}', 'GET /webhooks/{id}/triggers', 'POST /webhooks/{id}/triggers', 'DELETE /webhooks/{id}/triggers']),
    );
    for (const { headers, body, text } of requests) {
      expect(headers).toMatchObject({ 'x-webhook-version': '2', ...ACCESS });
      if (text !== '') expect(body).toBeDefined();
    }
  });

  it('asks for more webhooks at once than an app can have', () => {
    expect(requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/webhooks')).map(({ query }) => query.toString())).toEqual(expect.arrayContaining(['perPage=1000']));
  });

  it('goes to the app, whatever is in its id', async () => {
    await registration.check({ ...wanted, appId: '../other/\ud800' }, send);
    expect(cometchat.requests.at(-1)?.path).toBe('/apps/..%2Fother%2F%EF%BF%BD/webhooks');
  });

  // The provider's own description is not ours to ship: compared where a copy is at hand.
  const description = join(process.env['CHATHOOKS_PUBLISHED_SAMPLES'] ?? '', '..', 'openapi-cometchat-webhooks.json');
  (existsSync(description) ? it : it.skip)('is one that the published description of the API has', () => {
    const { paths } = JSON.parse(readFileSync(description, 'utf8')) as OpenApi;
    for (const { method, path, body = {} } of requests) {
      const template = Object.keys(paths).find((one) => new RegExp(`^${one.replace(/\{\w+\}/g, '[^/]+')}$`).test(path)) ?? '';
      const call = paths[template]?.[method.toLowerCase()];
      expect([path, call]).toEqual([path, expect.anything()]);
      const { properties = {}, required = [] } = call?.requestBody?.content['application/json']?.schema ?? {};
      for (const [name, value] of Object.entries(body as object)) expect([name, properties[name]?.type]).toEqual([name, Array.isArray(value) ? 'array' : typeof value]);
      expect(Object.keys(body as object)).toEqual(expect.arrayContaining([...required]));
    }
  });
});

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> } }>>>>;
}

interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly type: string }>>;
}

/** As the user of the dashboard would make one. */
async function createByHand(id: string, url: string, triggers: readonly string[]): Promise<void> {
  const headers = { 'X-Webhook-Version': '2' };
  await send({ method: 'POST', path: `/apps/${APP}/webhooks`, headers, body: { id, name: `by hand ${id}`, webhookURL: url, enabled: true } });
  if (triggers.length > 0) await send({ method: 'POST', path: `/apps/${APP}/webhooks/${id}/triggers`, headers, body: { triggerIds: triggers } });
}

function put(id: string, body: NonNullable<ManagementRequest['body']>): Promise<ManagementAnswer> {
  return send({ method: 'PUT', path: `/apps/${APP}/webhooks/${id}`, headers: { 'X-Webhook-Version': '2' }, body });
}

/** Disturbs the first request with this method. */
function disturbed(undisturbed: Send, method: string, { status = 0, body, reset, carriedOut }: FailureRule): Send {
  let over = false;
  return async (request) => {
    if (over || request.method !== method) return undisturbed(request);
    over = true;
    if (carriedOut === true) await undisturbed(request);
    return reset === true ? { kind: 'unreachable', reason: 'ECONNRESET' } : { kind: 'answered', status, headers: {}, body: body as string | undefined };
  };
}

function error(code: string, message: string): object {
  return { error: { code, message, devMessage: message, source: 'apimgmt' } };
}

function lines(): readonly string[] {
  return cometchat.requests.map(lineOf);
}

function lineOf({ method, path }: Pick<RecordedRequest, 'method' | 'path'>): string {
  return `${method} ${path.replace(/^\/apps\/[^/]+/, '').replace(/^\/webhooks\/[^/]+/, '/webhooks/{id}')}`;
}
