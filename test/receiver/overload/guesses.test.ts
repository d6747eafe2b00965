import { prove } from '../../../providers/authentication/prove';
import type { TotpGuard } from '../../../providers/authentication/guard';
import { createGate } from '../../../receiver/ingest/gate';
import type { LiveSource } from '../../../receiver/ingest/source';
import { running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { chat, deliver, hangUp, metric, outcome, outcomeOf, sender } from './sender';

// An hour, so that no test stands on the edge of a step.
const GUARD: TotpGuard = { scheme: 'totp', in: 'header', name: 'x-otp', algorithm: 'sha1', digits: 6, periodSeconds: 3_600, keyEncoding: 'auto', window: 1, secrets: ['GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'] };
const idp = { id: 'idp', provider: 'cidaas', auth: { scheme: 'totp', in: 'header', name: 'x-otp', period: 3600, secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } } as const;
const BODY = '{"eventtype":"ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY","sub":"s"}';

const rightCode = (): string => prove(GUARD, new Uint8Array(), new Date())?.headers['x-otp'] ?? '';

/** A code that is right at no time of this test. */
const wrongCode = (): string => String((Number(rightCode()) + 1) % 1_000_000).padStart(6, '0');

describe('one-time passwords', () => {
  let receiver: Running;
  beforeEach(async () => {
    receiver = await running({ sources: [idp, { ...idp, id: 'other' }, chat] });
  });
  afterEach(async () => {
    hangUp();
    await receiver.close();
  });

  const send = async (code: string, id = 'idp'): Promise<string> => outcome(await receiver.post(`/hooks/${id}`, BODY, { 'x-otp': code }));

  it('after 20 wrong ones none is taken, the right one neither; other sources go on', async () => {
    expect(await send(rightCode())).toBe('200');
    for (let guess = 0; guess < 20; guess++) expect(await send(wrongCode())).toBe('401 unauthenticated');
    expect([await send(wrongCode()), await send(rightCode())]).toEqual(['503 too_many_guesses', '503 too_many_guesses']);
    expect((await receiver.post('/hooks/idp', BODY, { 'x-otp': rightCode() })).headers.get('retry-after')).toBe('30');
    expect([await send(rightCode(), 'other'), await outcome(await deliver(receiver))]).toEqual(['200', '200']);
    expect(await metric(receiver, 'chathooks_deliveries_refused_total{source="idp",code="unauthenticated",diagnosis="totp_mismatch"}')).toBe(20);
  });

  it('a hundred that come at once on one connection tell no more than 20 do', async () => {
    const request = (code: string): string => `POST /hooks/idp HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nx-otp: ${code}\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
    const guesses = sender(receiver.port, `${request(wrongCode()).repeat(99)}${request(rightCode())}`);
    const outcomes = (await until(() => guesses.answers().length === 100 && guesses.answers())).map(outcomeOf);
    expect(outcomes.filter((one) => one === '401 unauthenticated')).toHaveLength(20);
    expect(outcomes.filter((one) => one === '503 too_many_guesses')).toHaveLength(80);
  });

  it('deliveries without one are no guesses', async () => {
    for (let count = 0; count < 40; count++) expect((await receiver.post('/hooks/idp', BODY)).status).toBe(401);
    expect(await send(rightCode())).toBe('200');
  });
});

describe('the gate', () => {
  const source = { config: { id: 'idp' }, source: { guard: GUARD } } as unknown as LiveSource;
  const wrong = { ok: false, code: 'totp_mismatch' } as const;

  it('opens again half a minute after the first wrong one', () => {
    const gate = createGate(() => 0);
    for (let guess = 0; guess < 20; guess++) expect(gate.pass(source, wrong, 1_000 + guess)).toEqual({ code: 'unauthenticated', diagnosis: 'totp_mismatch' });
    expect(gate.pass(source, { ok: true }, 30_999)?.code).toBe('too_many_guesses');
    expect(gate.pass(source, { ok: true }, 31_000)).toBeUndefined();
  });

  it('is no less closed for a ping, whose answer would tell that the code was right', () => {
    const gate = createGate(() => 0);
    for (let guess = 0; guess < 20; guess++) gate.pass(source, wrong, 0);
    expect(gate.pass(source, undefined, 0)?.code).toBe('too_many_guesses');
  });

  it('counts nothing of a ping that needed no credentials', () => {
    const gate = createGate(() => 0);
    const rated = { config: { id: 'chat', rate: { perSecond: 1, burst: 1 } }, source: { guard: { scheme: 'basic' } } } as unknown as LiveSource;
    for (let count = 0; count < 5; count++) expect(gate.pass(rated, undefined, 0)).toBeUndefined();
    expect([gate.pass(rated, { ok: true }, 0), gate.pass(rated, { ok: true }, 0)?.code]).toEqual([undefined, 'rate_limited']);
  });

  it('only counts wrong secrets that are long', () => {
    const gate = createGate(() => 0);
    const basic = { config: { id: 'chat' }, source: { guard: { scheme: 'basic' } } } as unknown as LiveSource;
    for (let count = 0; count < 100; count++) expect(gate.pass(basic, { ok: false, code: 'secret_mismatch' }, 0)?.code).toBe('unauthenticated');
    expect(gate.pass(basic, { ok: true }, 0)).toBeUndefined();
  });
});
