import { plainly } from '../../providers/identity/answer';
import { readToken, refusedStatus, tokenRequest } from '../../providers/identity/token';
import type { JsonValue } from '../../providers/json/json';
import type { ManagementAnswer } from '../../providers/management/request';

const NOW = new Date('2026-11-21T10:00:00.000Z');

const answered = (status: number, body?: JsonValue): ManagementAnswer => ({ kind: 'answered', status, headers: {}, body });
const read = (answer: ManagementAnswer): ReturnType<typeof readToken> => readToken(answer, 'cidaas', NOW);
const failureOf = (answer: ManagementAnswer): { code: string; message: string } => {
  const outcome = read(answer);
  if (outcome.ok) throw new Error('The token was read.');
  return outcome.failure;
};

describe('an access token', () => {
  it('is asked for in JSON, with a scope only where there is one', () => {
    expect(tokenRequest({ id: 'c', secret: 's', scope: '' })).toEqual({
      method: 'POST',
      path: '/token-srv/token',
      body: { grant_type: 'client_credentials', client_id: 'c', client_secret: 's' },
    });
    expect(tokenRequest({ id: 'c', secret: 's', scope: 'a b' }).body).toMatchObject({ scope: 'a b' });
  });

  it('is read with its expiry, at the top of the answer or in data', () => {
    expect(read(answered(200, { access_token: 't', expires_in: 60 }))).toEqual({ ok: true, value: { accessToken: 't', expiresAt: new Date('2026-11-21T10:01:00.000Z') } });
    expect(read(answered(200, { success: true, data: { access_token: 't', expires_in: '60' } }))).toEqual({ ok: true, value: { accessToken: 't', expiresAt: new Date('2026-11-21T10:01:00.000Z') } });
  });

  it.each([undefined, 0, -1, 'soon'])('has no expiry when expires_in is %p', (expires) => {
    expect(read(answered(200, { access_token: 't', ...(expires === undefined ? {} : { expires_in: expires }) }))).toMatchObject({ ok: true, value: { expiresAt: undefined } });
  });

  it.each([
    [answered(401, { error: 'invalid_client', error_description: 'Client authentication failed.' }), 'unauthorized', 'invalid_client, Client authentication failed.'],
    [answered(400, { error: 'invalid_scope' }), 'refused', 'invalid_scope'],
    [answered(401, { success: false, code: 401, error: { error: 'invalid_client', error_code: 'invalid_client', error_description: 'No.' } }), 'unauthorized', 'invalid_client, No.'],
  ])('that is refused is told with what the platform says', (answer, code, said) => {
    const failure = failureOf(answer);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(said);
    expect(failure.message).toContain('Check client ID, client secret and scopes');
  });

  it.each([
    [answered(404, '<h1>Not found</h1>'), 'not_found', 'Check the base URL'],
    [answered(200, '<html>Sign in</html>'), 'unexpected_answer', 'Check that the base URL'],
    [answered(200, { access_token: '' }), 'unexpected_answer', 'Check that the base URL'],
    [answered(503), 'provider_failed', 'Try again later'],
    [{ kind: 'unreachable', reason: 'ENOTFOUND' } as const, 'unreachable', 'ENOTFOUND'],
  ])('that is not there is told apart from one that is refused', (answer, code, remedy) => {
    expect(failureOf(answer)).toMatchObject({ code, message: expect.stringContaining(remedy) });
  });

  it('that is refused counts as "not authorized" for the call that it was for, and trouble as trouble', () => {
    expect([400, 401, 403, 404, 429, 500, 503].map(refusedStatus)).toEqual([401, 401, 401, 404, 429, 500, 503]);
  });
});

describe('an answer', () => {
  const plain = async (status: number, body?: JsonValue): Promise<ManagementAnswer> => plainly(async () => answered(status, body))({ method: 'GET', path: '/' });

  it.each([
    [200, { success: false, status: 409 }, 409],
    [200, { success: false, code: 401 }, 401],
    [200, { success: false }, 400],
    [200, { success: false, status: 200 }, 400],
    [200, { success: true, status: 200 }, 200],
    [500, { success: false, status: 404 }, 500],
    [204, undefined, 204],
    [200, 'success: false', 200],
  ])('of %i with %j means %i', async (status, body, expected) => {
    expect(await plain(status, body)).toMatchObject({ status: expected });
  });

  it('that never came stays that', async () => {
    expect(await plainly(async () => ({ kind: 'unreachable', reason: 'timeout' }))({ method: 'GET', path: '/' })).toEqual({ kind: 'unreachable', reason: 'timeout' });
  });
});
