import { providers } from '../../../../providers';
import type { Guard } from '../../../../providers/authentication/guard';
import { checkFile } from '../../../../receiver/config/parse';
import { guardFor } from '../../../../receiver/config/guard';

/** Every secret holds this word, or is made of nothing else; no answer, log or metric may. */
export const CANARY = /canary|MNQW4YLSPE/;

const TOTP_KEY = 'MNQW4YLSPEWW63TFFVXW4ZLUNFWWK===';

const written = {
  chat: { provider: 'cometchat', auth: { scheme: 'basic', username: 'hook', secrets: ['canary-basic', 'canary-basic-before'] } },
  colon: { provider: 'cometchat', auth: { scheme: 'basic', username: 'hook', password: 'canary:pä:ss👩‍👩‍👧' } },
  strict: { provider: 'cometchat', auth: { scheme: 'basic', username: 'hook', password: 'canary-strict' }, validation: 'strict' },
  room: { provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secrets: ['canary-signature', 'canary-signature-before'] } },
  app: { provider: 'sceyt', auth: { scheme: 'hmac', secrets: ['canary-hmac', 'canary-hmac-before'], header: 'x-sceyt-signature', algorithm: 'sha256', encoding: 'hex' } },
  idp: { provider: 'skillmine', auth: { scheme: 'api-key', in: 'header', name: 'x-api-key', secrets: ['canary-key', 'canary-key-before'] } },
  'idp-query': { provider: 'skillmine', auth: { scheme: 'api-key', in: 'query', name: 'secret', secret: 'canary-query' } },
  // An hour, so that no test stands on the edge of a step.
  'idp-eu': { provider: 'cidaas', auth: { scheme: 'totp', in: 'header', name: 'x-otp', period: 3600, secret: TOTP_KEY } },
} as const;

/** A source bears few wrong one-time passwords, so that there are many: `idp-eu-0`, `idp-eu-1` … */
export const SPARES = 60;

export type SourceId = keyof typeof written;

/** The sources as a chathooks.yaml has them. */
export const sources: readonly { readonly id: string }[] = [
  ...Object.entries(written).map(([id, source]) => ({ id, ...source })),
  ...Array.from({ length: SPARES }, (_, index) => ({ id: `idp-eu-${index}`, ...written['idp-eu'] })),
];

/** The credentials of `chat`, as a header line. */
export const BASIC_LINE = `Authorization: Basic ${Buffer.from('hook:canary-basic').toString('base64')}`;

/** What each source enforces. */
export const guards: Readonly<Record<SourceId, Guard>> = guardsOf();

export function isSourceId(id: string): id is SourceId {
  return Object.hasOwn(written, id);
}

function guardsOf(): Readonly<Record<SourceId, Guard>> {
  const checked = checkFile({ sources, admin: { token: 'a-token-for-the-tests' } });
  if (!checked.ok) throw new Error(checked.mistakes.map(({ at, message }) => `${at.join('.')} ${message}`).join('\n'));
  const found = checked.config.sources.map(({ id, provider, auth }) => [id, guardFor(auth, providers[provider as keyof typeof providers], noIssuer)] as const);
  return Object.fromEntries(found) as Record<SourceId, Guard>;
}

function noIssuer(): never {
  throw new Error('No source here has an issuer.');
}
