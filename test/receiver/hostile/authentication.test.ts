import { createHmac } from 'node:crypto';
import { totpCodes } from '../../../providers/authentication/totp';
import type { TotpGuard } from '../../../providers/authentication/guard';
import type { Answer } from '../../support/exchange';
import { engines } from '../engines';
import { message } from './support/bodies';
import { bytesOf } from './support/request';
import { guards, sources, SPARES } from './support/sources';
import type { SourceId } from './support/sources';
import { outcomeOf, receiptsIn, target } from './support/target';

const basic = (pair: string, scheme = 'Basic'): string => `Authorization: ${scheme} ${Buffer.from(pair).toString('base64')}`;
const sign = (body: string, key = 'canary-hmac'): string => createHmac('sha256', key).update(body).digest('hex');
const signature = (value: string): string => `X-Sceyt-Signature: ${value}`;

let sequence = 0;

/** A delivery to each source that differs from every other one. */
const bodyFor = (source: SourceId): string => {
  const n = ++sequence;
  switch (source) {
    case 'chat':
    case 'colon':
    case 'strict':
      return JSON.stringify(message());
    case 'room':
      return JSON.stringify({ message: { id: n, roomId: 1, fromUserId: 1, createdAt: 1795226453000 + n, type: 'text', body: { text: 'hi' } } });
    case 'app':
      return JSON.stringify({ event: 'message.sent', event_id: `e${n}`, data: { message: { id: n } } });
    case 'idp':
    case 'idp-query':
      return JSON.stringify({ event_type: 'USER_CREATED', event_id: `e${n}`, event_time: '2026-11-21T10:00:00Z' });
    case 'idp-eu':
      return JSON.stringify({ eventType: 'ACCOUNT_MODIFIED', objectId: `u${n}`, createTime: '2026-11-21T10:00:00Z' });
  }
};

/** What an answer says beside the time of day. */
const seenOf = ({ status, headers, text }: Answer): string => JSON.stringify([status, headers.filter(([name]) => name !== 'date'), text]);

/** TOTP codes of the step that lies so many steps from now. */
const codes = (steps: number): readonly string[] => totpCodes({ ...(guards['idp-eu'] as TotpGuard), window: 0 }, new Date(Date.now() + steps * 3_600_000));

const FOREIGN = ['canary-strict', 'canary-key', 'canary-signature', 'canary-hmac', 'a-token-for-the-tests'];

/** Lines that no source of the name may take for its own. A body is asked for where the wrong credential depends on it. */
const wrong: Readonly<Record<Exclude<SourceId, 'idp-query'>, Readonly<Record<string, (body: string) => readonly string[]>>>> = {
  chat: {
    missing: () => [],
    empty: () => ['Authorization:'],
    'of white space': () => ['Authorization:   \t '],
    'the scheme alone': () => ['Authorization: Basic'],
    'the scheme and nothing': () => ['Authorization: Basic '],
    'a wrong password': () => [basic('hook:wrong')],
    'a password that is one letter short': () => [basic('hook:canary-basi')],
    'a password that is one letter long': () => [basic('hook:canary-basicc')],
    'a password in another case': () => [basic('hook:Canary-basic')],
    'a password with a NUL behind it': () => [basic('hook:canary-basic\0')],
    'a password with a line break behind it': () => [basic('hook:canary-basic\n')],
    'a wrong user': () => [basic('ada:canary-basic')],
    'no user': () => [basic(':canary-basic')],
    'no password': () => [basic('hook:')],
    'no colon': () => [basic('hookcanary-basic')],
    nothing: () => [basic('')],
    'a colon alone': () => [basic(':')],
    'trailing garbage': () => [`${basic('hook:canary-basic')} x`],
    'trailing garbage in the base64': () => [`${basic('hook:canary-basic')}!!`],
    'two pairs with a comma': () => [`${basic('hook:canary-basic')}, Basic ${Buffer.from('hook:canary-basic').toString('base64')}`],
    '8 kB': () => [basic(`hook:${'x'.repeat(6_000)}`)],
    'the pair in clear': () => ['Authorization: Basic hook:canary-basic'],
    'another scheme': () => [basic('hook:canary-basic', 'Bearer')],
    Digest: () => ['Authorization: Digest username="hook"'],
    'the pair in another header': () => [basic('hook:canary-basic').replace('Authorization', 'Proxy-Authorization')],
    'Latin-1': () => ['Authorization: Basic \xff\xfe'],
    'one of another source': () => [basic('hook:canary-strict')],
    'an expired one': () => [basic('hook:canary-basic-of-last-year')],
  },
  colon: {
    missing: () => [],
    'the password up to the colon': () => [basic('hook:canary')],
    'without its accents': () => [basic('hook:canary:pa:ss👩‍👩‍👧')],
    'decomposed, which looks the same': () => [basic('hook:canary:pä:ss👩‍👩‍👧'.normalize('NFD'))],
    'in Latin-1': () => [`Authorization: Basic ${Buffer.from('hook:canary:p\xe4:ss', 'latin1').toString('base64')}`],
  },
  strict: { missing: () => [], 'one of another source': () => [basic('hook:canary-basic')] },
  room: verbatim('Verification-Signature', 'canary-signature'),
  idp: verbatim('X-API-Key', 'canary-key'),
  app: {
    missing: () => [],
    empty: () => [signature('')],
    'of another body': () => [signature(sign('{}'))],
    'of the body with white space behind it': (body) => [signature(sign(`${body} `))],
    'of the body said another way': (body) => [signature(sign(JSON.stringify(JSON.parse(body), null, 1)))],
    'with a wrong key': (body) => [signature(sign(body, 'wrong'))],
    'with an empty key': (body) => [signature(sign(body, ''))],
    'with the key of another source': (body) => [signature(sign(body, 'canary-key'))],
    'in base64 where hex is set': (body) => [signature(createHmac('sha256', 'canary-hmac').update(body).digest('base64'))],
    'with another algorithm': (body) => [signature(createHmac('sha1', 'canary-hmac').update(body).digest('hex'))],
    'that names another algorithm': (body) => [signature(`sha1=${createHmac('sha1', 'canary-hmac').update(body).digest('hex')}`)],
    'that names another algorithm than it has': (body) => [signature(`sha512=${sign(body)}`)],
    'cut short': (body) => [signature(sign(body).slice(0, -1))],
    'with a digit more': (body) => [signature(`${sign(body)}0`)],
    'twice with a comma': (body) => [signature(`${sign(body)},${sign(body)}`)],
    'that is the key': () => [signature('canary-hmac')],
    'that is no text': () => [signature('\xff'.repeat(64))],
    'good, behind one that is wrong': (body) => [signature('0'.repeat(64)), `X-Hub-Signature-256: sha256=${sign(body)}`],
  },
  'idp-eu': {
    ...verbatim('X-OTP', 'canary-otp'),
    'two steps ago': () => [`X-OTP: ${codes(-2)[0]}`],
    'two steps ahead': () => [`X-OTP: ${codes(2)[0]}`],
    'the key': () => ['X-OTP: MNQW4YLSPEWW63TFFVXW4ZLUNFWWK==='],
    'with a zero in front': () => [`X-OTP: 0${codes(0)[0]}`],
    'without its last digit': () => [`X-OTP: ${codes(0)[0]?.slice(0, -1)}`],
    'twice with a comma': () => [`X-OTP: ${codes(0)[0]},${codes(0)[0]}`],
    'all at once': () => [`X-OTP: ${[...codes(-1), ...codes(0), ...codes(1)].join('')}`],
  },
};

function verbatim(name: string, secret: string): Readonly<Record<string, () => readonly string[]>> {
  return {
    missing: () => [],
    empty: () => [`${name}:`],
    wrong: () => [`${name}: wrong`],
    'one letter short': () => [`${name}: ${secret.slice(0, -1)}`],
    'one letter long': () => [`${name}: ${secret}x`],
    'in another case': () => [`${name}: ${secret.toUpperCase()}`],
    'twice with a comma': () => [`${name}: ${secret}, ${secret}`],
    'in quotes': () => [`${name}: "${secret}"`],
    'of 8 kB': () => [`${name}: ${'x'.repeat(8_000)}`],
    'in another header': () => [`X-Other: ${secret}`],
    'in Basic': () => [basic(`hook:${secret}`)],
    ...Object.fromEntries(FOREIGN.filter((other) => other !== secret).map((other) => [`the one of another source, ${other}`, () => [`${name}: ${other}`]])),
  };
}

/** Spika's older servers put the signature into the body: only whoever shows one in the header is refused without it. */
function hasCredential(lines: readonly string[]): boolean {
  return lines.some((line) => /^verification-signature: *\S/i.test(line));
}

let spare = 0;

function pathTo(source: string): string {
  return source === 'idp-eu' ? `/hooks/idp-eu-${spare++ % SPARES}` : `/hooks/${source}`;
}

describe.each(engines)('authentication, over $name', (engine) => {
  const attacked = target(engine);
  const answerTo = (source: string, lines: readonly string[], body: string, path = pathTo(source)): Promise<Answer> => attacked.send({ path, body, headers: lines });

  describe.each(Object.entries(wrong))('of %s', (source, kinds) => {
    const id = source as SourceId;

    it.each(Object.keys(kinds))('a credential is refused: %s', async (kind) => {
      const body = bodyFor(id);
      const path = pathTo(source);
      expect(outcomeOf(await answerTo(source, kinds[kind]?.(body) ?? [], body, path))).toBe('401 unauthenticated');
      // The forgery had the body of the real delivery, which is none the worse for it.
      const real = await attacked.send({ path, body }, true);
      expect(receiptsIn(real).map(({ duplicate }) => duplicate)).toEqual([false]);
    });

    it('every wrong credential gets the same answer, to the byte', async () => {
      const seen = await Promise.all(Object.values(kinds).map(async (lines) => seenOf(await answerTo(source, lines(bodyFor(id)), bodyFor(id)))));
      expect([...new Set(seen)]).toHaveLength(1);
    });

    it('is asked for before the body is looked at, whatever it holds and whichever credential is wrong', async () => {
      const bodies = ['{', 'null', '"x"', '[]', '[[[[', '\xff\xfe', '['.repeat(100_000), '{"__proto__":1}', '{"trigger":1}'];
      for (const [kind, lines] of Object.entries(kinds)) {
        for (const body of bodies) expect({ kind, body: body.slice(0, 20), outcome: outcomeOf(await answerTo(source, lines('{}'), body)) }).toMatchObject({ outcome: '401 unauthenticated' });
      }
    });

    it('is refused before a byte of the body is there, unless the body may hold it or is what it is about', async () => {
      const early = Object.values(kinds).filter((lines) => source !== 'app' && !(source === 'room' && !hasCredential(lines(''))));
      const answers = await Promise.all(early.map((lines) => attacked.exchange(bytesOf({ path: pathTo(source), headers: [...lines(''), 'Content-Length: 1000000'] }), { answers: 1 })));
      expect(answers.flat().map(outcomeOf)).toEqual(early.map(() => '401 unauthenticated'));
    });
  });

  it('a 401 names its challenge for Basic, and for nothing that has none', async () => {
    const named = sources.filter(({ id }) => !/\d$/.test(id));
    const challenges = await Promise.all(named.map(async ({ id }) => {
      const { headers } = await answerTo(id, [], '{"event":"x"}');
      return [id, headers.filter(([name]) => name === 'www-authenticate').map(([, value]) => value)];
    }));
    const expected = ['Basic realm="chathooks", charset="UTF-8"'];
    expect(Object.fromEntries(challenges)).toEqual({ chat: expected, colon: expected, strict: expected, room: [], app: [], idp: [], 'idp-query': [], 'idp-eu': [] });
  });

  it.each<[string, SourceId, (body: string) => readonly string[]]>([
    ['Basic in lower case', 'chat', () => [basic('hook:canary-basic', 'basic')]],
    ['Basic in upper case', 'chat', () => [basic('hook:canary-basic', 'BASIC')]],
    ['Basic with several spaces', 'chat', () => [basic('hook:canary-basic', 'Basic   ')]],
    ['the previous password, while it is rotated', 'chat', () => [basic('hook:canary-basic-before')]],
    ['a password with colons, accents and an emoji', 'colon', () => [basic('hook:canary:pä:ss👩‍👩‍👧')]],
    ['the previous signature of Spika', 'room', () => ['verification-signature: canary-signature-before']],
    ['the previous key', 'idp', () => ['x-api-key: canary-key-before']],
    ['the key with its scheme in front', 'idp', () => ['x-api-key: ApiKey canary-key']],
    ['an HMAC with the previous key', 'app', (body) => [signature(sign(body, 'canary-hmac-before'))]],
    ['an HMAC in upper case', 'app', (body) => [signature(sign(body).toUpperCase())]],
    ['an HMAC that names its algorithm', 'app', (body) => [signature(`sha256=${sign(body)}`)]],
    ['an HMAC in one of the usual headers', 'app', (body) => [`X-Hub-Signature-256: sha256=${sign(body)}`]],
    ['the one-time password of now', 'idp-eu', () => [`x-otp: ${codes(0)[0]}`]],
    ['the one before', 'idp-eu', () => [`x-otp: ${codes(-1)[0]}`]],
    ['the next one', 'idp-eu', () => [`x-otp: ${codes(1)[0]}`]],
    ['the one of now for a second delivery', 'idp-eu', () => [`x-otp: ${codes(0)[0]}`]],
  ])('%s is taken', async (_what, source, lines) => {
    const body = bodyFor(source);
    expect(outcomeOf(await answerTo(source, lines(body), body))).toBe('200');
  });

  it('a one-time password is not to be guessed: after some wrong ones no other is looked at, and other sources are served', async () => {
    const path = '/hooks/idp-eu';
    const outcomes = new Set<string>();
    for (let guess = 0; guess < 200; guess++) outcomes.add(outcomeOf(await answerTo('', [`X-OTP: ${String(guess).padStart(6, '0')}`], '{}', path)));
    expect(outcomes).toEqual(new Set(['401 unauthenticated', '503 too_many_guesses']));
    expect(outcomeOf(await attacked.send({ path, body: bodyFor('idp-eu') }, true))).toBe('503 too_many_guesses');
    const body = bodyFor('idp-eu');
    expect(outcomeOf(await attacked.send({ path: pathTo('idp-eu'), body }, true))).toBe('200');
  });

  it('a signature is over the bytes that were signed, and over nothing that changes on the way', async () => {
    const body = bodyFor('app');
    const signed = [signature(sign(body))];
    for (const at of [0, Math.floor(body.length / 2), body.length - 1]) {
      const altered = Buffer.from(body);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(outcomeOf(await attacked.send({ path: '/hooks/app', headers: signed, body: altered }))).toBe('401 unauthenticated');
    }
    expect(outcomeOf(await answerTo('app', signed, body))).toBe('200');
  });

  it('a secret in the body of a Spika delivery has to be right, too', async () => {
    const body = JSON.parse(bodyFor('room')) as object;
    for (const secret of ['', 'wrong', null, {}, ['canary-signature'], 'canary-key']) {
      expect(outcomeOf(await answerTo('room', [], JSON.stringify({ ...body, 'Verification-Signature': secret })))).toBe('401 unauthenticated');
    }
  });

  it('the secret that was rotated out is refused from the reload on, and comes back with another', async () => {
    const later = sources.map((source) => (source.id === 'chat' ? { id: 'chat', provider: 'cometchat', auth: { scheme: 'basic', username: 'hook', secrets: ['canary-basic-next', 'canary-basic'] } } : source));
    await attacked.reload(later);
    expect(outcomeOf(await answerTo('chat', [basic('hook:canary-basic-before')], bodyFor('chat')))).toBe('401 unauthenticated');
    expect(outcomeOf(await answerTo('chat', [basic('hook:canary-basic-next')], bodyFor('chat')))).toBe('200');
    expect(outcomeOf(await answerTo('chat', [basic('hook:canary-basic')], bodyFor('chat')))).toBe('200');
    await attacked.reload(sources);
    expect(outcomeOf(await answerTo('chat', [basic('hook:canary-basic-next')], bodyFor('chat')))).toBe('401 unauthenticated');
  });
});
