import { providers } from '../../../providers';
import type { Guard } from '../../../providers/authentication/guard';
import { prove } from '../../../providers/authentication/prove';
import type { Proof } from '../../../providers/authentication/prove';
import type { JsonObject } from '../../../providers/json/json';
import { checkFile } from '../../../receiver/config/parse';
import { guardFor } from '../../../receiver/config/guard';
import { readSample } from '../../support/samples';
import { secretFor, TOTP_KEY } from './secrets';

/** What is no secret, and is to be found wherever events are. */
export const KEPT = 'a-word-that-is-kept';

const written = {
  chat: { provider: 'cometchat', auth: { scheme: 'basic', username: 'hook', secrets: [secretFor('password'), secretFor('oldpassword')] } },
  room: { provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secret: secretFor('spikasignature') } },
  app: { provider: 'sceyt', auth: { scheme: 'hmac', secret: secretFor('hmac'), header: 'x-sceyt-signature', algorithm: 'sha256', encoding: 'hex' } },
  idp: { provider: 'skillmine', auth: { scheme: 'api-key', in: 'header', name: 'x-api-key', secret: secretFor('apikey') } },
  'idp-query': { provider: 'skillmine', auth: { scheme: 'api-key', in: 'query', name: 'key', secret: secretFor('querykey') } },
  // An hour, so that no test stands on the edge of a step.
  otp: { provider: 'cidaas', auth: { scheme: 'totp', in: 'header', name: 'x-otp', period: 3600, secret: TOTP_KEY } },
  open: { provider: 'cidaas', auth: { scheme: 'none', because: 'a gateway in front checks it' } },
} as const;

type SourceId = keyof typeof written;

/** The sources as a chathooks.yaml has them, one for each scheme. */
export function sources(issuer: string): readonly object[] {
  return [...Object.entries(written).map(([id, source]) => ({ id, ...source })), { id: 'oauth', provider: 'cidaas', auth: { scheme: 'oauth2', issuer, jwksUri: `${issuer}/keys`, audience: 'hooks' } }];
}

/** Headers that carry credentials in some scheme, sent along with every delivery. */
const STRAY = { cookie: `session=${secretFor('cookie')}`, 'x-auth-token': secretFor('strayheader'), 'proxy-authorization': `Basic ${secretFor('proxy')}`, 'x-hub-signature': secretFor('othersignature'), 'x-kept': KEPT };

/** Secrets as identity platforms have put them into payloads. */
const SECRETS_IN_PAYLOAD = {
  kept: KEPT,
  password: secretFor('payloadpassword'),
  new_password: secretFor('newpassword'),
  accessToken: secretFor('accesstoken'),
  refresh_token: secretFor('refreshtoken'),
  clientSecret: [secretFor('clientsecret')],
  otp: 123_456,
  headers: { Authorization: `Bearer ${secretFor('bearer')}`, Cookie: `sid=${secretFor('sid')}`, 'X-Api-Key': secretFor('payloadkey') },
  nested: [{ deeper: { id_token: secretFor('idtoken'), credentials: { user: 'ada', secret: secretFor('credential') } } }],
};

export interface SentDelivery {
  readonly name: string;
  readonly path: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
}

/** Deliveries of every provider through every scheme: taken with the right credentials, refused with others and in other ways. */
export function deliveries(now: Date): readonly SentDelivery[] {
  const ids = Object.keys(written) as readonly SourceId[];
  return [...ids.map((id) => accepted(id, now)), ...ids.flatMap((id) => (id === 'open' ? [] : refused(id))), ...refusedOtherwise(now)];
}

function accepted(id: SourceId, now: Date): SentDelivery {
  const body = JSON.stringify(bodyOf(id));
  const { headers, query } = proofFor(id, body, now);
  return { name: `taken by ${id}`, path: `/hooks/${id}${queryOf(query)}`, headers: { ...JSON_TYPE, ...STRAY, ...headersOf(id), ...headers }, body, status: 200 };
}

/** A stranger who guesses, wherever a credential may stand. */
function refused(id: SourceId): readonly SentDelivery[] {
  const guess = secretFor(`guess${id.replace('-', '')}`);
  const body = JSON.stringify({ ...bodyOf(id), headers: { 'Verification-Signature': guess } });
  const everywhere = { authorization: `Basic ${Buffer.from(`hook:${guess}`).toString('base64')}`, 'verification-signature': guess, 'x-sceyt-signature': guess, 'x-api-key': guess, 'x-otp': guess };
  return [
    { name: `refused by ${id}`, path: `/hooks/${id}?key=${guess}&access_token=${guess}`, headers: { ...JSON_TYPE, ...STRAY, ...headersOf(id), ...everywhere }, body, status: 401 },
    { name: `refused by ${id}, with a bearer`, path: `/hooks/${id}`, headers: { ...JSON_TYPE, ...headersOf(id), authorization: `Bearer ${guess}` }, body, status: 401 },
  ];
}

function refusedOtherwise(now: Date): readonly SentDelivery[] {
  const { headers } = accepted('chat', now);
  const token = [`{"alg":"RS256","kid":"${secretFor('kid')}"}`, `{"iss":"${secretFor('iss')}"}`].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const secret = secretFor('body');
  return [
    { name: 'a token that nobody signed', path: '/hooks/oauth', headers: { ...JSON_TYPE, authorization: `Bearer ${token}.${secret}` }, body: '{}', status: 401 },
    { name: 'a source that is not there', path: `/hooks/${secretFor('path')}?key=${secret}`, headers: JSON_TYPE, body: `{"password":"${secret}"}`, status: 404 },
    { name: 'no JSON', path: '/hooks/chat', headers, body: `{"password":"${secret}`, status: 400 },
    { name: 'no object', path: '/hooks/chat', headers, body: `["${secret}"]`, status: 400 },
    { name: 'another type', path: '/hooks/chat', headers: { ...headers, 'content-type': `text/${secret}` }, body: secret, status: 415 },
    { name: 'too much', path: '/hooks/chat', headers, body: JSON.stringify({ password: secret.repeat(5_000) }), status: 413 },
    { name: 'another method', path: '/hooks/chat', method: 'PUT', headers, body: `{"password":"${secret}"}`, status: 405 },
  ];
}

const JSON_TYPE = { 'content-type': 'application/json' };

const samples: Readonly<Record<SourceId, readonly [provider: string, name: string]>> = {
  chat: ['cometchat', 'message_sent'],
  room: ['spika', 'message.new'],
  app: ['sceyt', 'message.sent'],
  idp: ['skillmine', 'USER_CREATED'],
  'idp-query': ['skillmine', 'USER_LOGIN_FAILURE'],
  otp: ['cidaas', 'ACCOUNT_MODIFIED'],
  open: ['cidaas', 'ACCOUNT_DELETED'],
};

function bodyOf(id: SourceId): JsonObject {
  const { body } = readSample(...samples[id]);
  switch (written[id].provider) {
    case 'skillmine':
      return { ...body, event_time: new Date().toISOString(), data: SECRETS_IN_PAYLOAD };
    case 'cidaas':
      return { ...body, metaData: SECRETS_IN_PAYLOAD };
    case 'spika':
      return { ...body, kept: KEPT, headers: { 'Verification-Signature': secretFor('spikasignature') }, bot: { verifySignature: secretFor('verifysignature'), pushToken: secretFor('pushtoken') } };
    case 'cometchat':
    case 'sceyt':
      // A chat's own words are no secrets, whatever they are called.
      return { ...body, kept: KEPT };
  }
}

function headersOf(id: SourceId): Readonly<Record<string, string>> {
  return readSample(...samples[id]).headers ?? {};
}

function proofFor(id: SourceId, body: string, now: Date): Proof {
  const proof = prove(guards[id], Buffer.from(body), now);
  if (proof === undefined) throw new Error(`Nothing can be proven to ${id}.`);
  return proof;
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}

const guards = guardsOf();

function guardsOf(): Readonly<Record<SourceId, Guard>> {
  const checked = checkFile({ sources: Object.entries(written).map(([id, source]) => ({ id, ...source })), admin: { token: secretFor('admintoken') } });
  if (!checked.ok) throw new Error(checked.mistakes.map(({ at, message }) => `${at.join('.')} ${message}`).join('\n'));
  const found = checked.config.sources.map(({ id, provider, auth }) => [id, guardFor(auth, providers[provider as keyof typeof providers], noIssuer)] as const);
  return Object.fromEntries(found) as Record<SourceId, Guard>;
}

function noIssuer(): never {
  throw new Error('No source here has an issuer.');
}
