/*
 * Skillmine Auth: its webhook API (skillmine/api.ts) and its deliveries. Of these, the provider's page
 * (https://authdocs.skill-mine.com/licentio-documentation/settings/webhook-settings) documents the envelope and that the
 * receiver checks an API key; the name of the key's field and all about TOTP are unknown, hence options.
 */
import { randomBytes } from 'node:crypto';
import { prove } from '../../providers/authentication/prove';
import type { Guard } from '../../providers/authentication/guard';
import { skillmine } from '../../providers/skillmine';
import { delivered, send, withProof } from './send';
import type { Outgoing, Resolve } from './send';
import { serve } from './server';
import type { FakeServer } from './server';
import { createApi, refuse } from './skillmine/api';
import type { SkillmineHook } from './skillmine/api';
import { createTokens } from './tokens';
import type { Tokens } from './tokens';

export interface Placement {
  readonly in: 'header' | 'query';
  readonly name: string;
}

export interface FakeSkillmineOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly tokenLifetimeSeconds?: number;
  /** Where a delivery carries the key or the code. */
  readonly placement?: Placement;
  /** Event names that a setup may have; the page's 92 unless said. */
  readonly events?: readonly string[];
  readonly resolve?: Resolve;
  readonly now?: () => Date;
}

export interface FakeSkillmine extends FakeServer<SkillmineHook> {
  /** What a credential has to hold. */
  readonly access: { readonly clientId: string; readonly clientSecret: string };
  readonly tokens: Pick<Tokens, 'issued' | 'revoke'>;
}

const DEFAULTS = {
  clientId: 'skillmine-client',
  clientSecret: 'skillmine-secret',
  tokenLifetimeSeconds: 3600,
  placement: { in: 'header', name: 'x-api-key' } as const,
  events: Object.keys(skillmine.events),
  now: () => new Date(),
} satisfies FakeSkillmineOptions;

/** Starts a tenant with one client. The `body` of deliver() is an envelope; `event_type` is written over it. */
export async function startFakeSkillmine(options: FakeSkillmineOptions = {}): Promise<FakeSkillmine> {
  const settings = { ...DEFAULTS, ...options };
  const { placement, resolve, now } = settings;
  const hooks = new Map<string, SkillmineHook>();
  const tokens = createTokens(settings, () => randomBytes(24).toString('base64url'), refuse);
  const server = await serve(createApi(hooks, tokens, settings.events));
  return {
    ...server,
    tokens,
    access: { clientId: settings.clientId, clientSecret: settings.clientSecret },
    get hooks() {
      return [...hooks.values()];
    },
    deliver(event, body, tamper = (delivery) => delivery) {
      const listening = [...hooks.values()].filter(({ active, events }) => active && events.includes(event));
      return Promise.all(
        listening.map(async (hook) => {
          const outgoing: Outgoing = { url: hook.url, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...body, event_type: event }) };
          const guard = guardOf(hook, placement);
          const proof = guard && prove(guard, Buffer.from(outgoing.body ?? ''), now());
          const proven = proof === undefined ? outgoing : withProof(outgoing, proof);
          // Whether a delivery is ever repeated is unknown.
          return delivered(hook._id, [await send(tamper(proven), { closing: server.closing, resolve })]);
        }),
      );
    },
  };
}

/** None for OAuth2: that a token is fetched from the setup's `token_url` is only inferred. */
function guardOf({ authentication_type: type, api_key: apiKey = '', totp_key: totpKey = '' }: SkillmineHook, place: Placement): Guard | undefined {
  if (type === 'API_KEY') return { scheme: 'api-key', in: place.in, names: [place.name], secrets: [apiKey] };
  // The vendor's own TOTP code: base32, SHA-1, 6 digits, 30 s (npm `@skillmine-dev-public/auth-utils`).
  if (type === 'TOTP') return { scheme: 'totp', ...place, algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'auto', window: 0, secrets: [totpKey] };
  return undefined;
}
