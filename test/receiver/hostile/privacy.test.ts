import { engines } from '../engines';
import { BASIC_LINE } from './support/sources';
import { outcomeOf, target } from './support/target';

interface Detail {
  readonly headers: unknown;
  readonly issues: readonly { readonly code: string }[];
}

describe.each(engines)('privacy, over $name', (engine) => {
  const attacked = target(engine);
  const latest = async (): Promise<Detail> => attacked.receiver.get<Detail>(`/events/${(await attacked.newest('idp-query')).key}`);
  const deliver = (body: string, headers: readonly string[] = []) => attacked.send({ path: '/hooks/idp-query?secret=canary-query', headers, body });

  it('a credential in the query is not kept, nor where a proxy wrote the URL down', async () => {
    const url = '/hooks/idp-query?secret=canary-query';
    const answer = await deliver('{"event_type":"USER_CREATED","event_time":"2026-11-21T10:00:00Z"}', [`Referer: https://proxy.example${url}`, `X-Original-URI: ${url}`, 'X-Harmless: kept']);
    expect(outcomeOf(answer)).toBe('200');
    const kept = JSON.stringify(await latest());
    expect(kept).not.toContain('canary');
    expect(kept).toContain('"kept"');
  });

  it('a secret does not survive behind a key that is repeated', async () => {
    const answer = await deliver('{"event_type":"USER_CREATED","event_time":"2026-11-21T10:00:01Z","data":{"password":"canary-in-a-body","password":""}}');
    expect(outcomeOf(answer)).toBe('200');
    const detail = await latest();
    expect(JSON.stringify(detail)).not.toContain('canary');
    expect(detail.issues).toContainEqual(expect.objectContaining({ code: 'duplicate_key' }));
  });

  it('the credentials of another scheme, sent along, are not kept', async () => {
    const answer = await deliver('{"event_type":"USER_CREATED","event_time":"2026-11-21T10:00:02Z"}', [BASIC_LINE, 'Cookie: canary=1', 'X-API-Key: canary-key', 'X-Amz-Security-Token: canary', 'Proxy-Authorization: canary', 'X-Hub-Signature: canary']);
    expect(outcomeOf(answer)).toBe('200');
    expect(JSON.stringify(await latest())).not.toMatch(/canary|aG9vazpjYW5hcnk/);
  });

  it('a body that differs from its schema in 130,000 places is taken, and said to differ', async () => {
    const body = JSON.stringify({ event: 'message.seen', data: [{ messageIds: Array.from({ length: 130_000 }, () => null) }] });
    expect(outcomeOf(await attacked.send({ path: '/hooks/app', body }, true))).toBe('200');
  });

  it('what a stranger guessed is in no log, metric or list of refusals, and why he was refused is', async () => {
    await attacked.send({ path: '/hooks/chat?secret=canary-query', headers: [`Authorization: Basic ${Buffer.from('hook:canary-guess').toString('base64')}`], body: '{"canary":1}' });
    await attacked.send({ path: '/hooks/canary-path', body: '{}' });
    const shown = `${await (await fetch(`${attacked.receiver.url}/metrics`)).text()}${JSON.stringify(await attacked.receiver.get('/refusals'))}${JSON.stringify(attacked.receiver.log)}`;
    expect(shown).not.toMatch(/canary|aG9vazpjYW5hcnk/);
    expect(shown).toContain('secret_mismatch');
  });
});
