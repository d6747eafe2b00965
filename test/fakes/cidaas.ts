/*
 * cidaas: a tenant's webhook API (cidaas/api.ts), its tokens, and its deliveries, as
 * https://docs.cidaas.com/guides/activity-management/webhook-management documents them.
 */
import { randomBytes } from 'node:crypto';
import { cidaas } from '../../providers/cidaas';
import type { Guard } from '../../providers/authentication/guard';
import { prove } from '../../providers/authentication/prove';
import { routesOf } from './cidaas/api';
import type { Absence } from './cidaas/api';
import { oauthError, refuseIn } from './cidaas/errors';
import type { ErrorForm } from './cidaas/errors';
import type { CidaasHook } from './cidaas/hook';
import { createIssuer } from './cidaas/issuer';
import type { TokenClaims } from './cidaas/issuer';
import { sendUntilAccepted, withProof } from './send';
import type { Outgoing, Resolve } from './send';
import { routed, serve } from './server';
import type { FakeServer } from './server';
import { createTokens } from './tokens';
import type { Tokens } from './tokens';

export interface FakeCidaasOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** What the client may do: read, write and delete unless said. */
  readonly clientScopes?: readonly string[];
  readonly tokenLifetimeSeconds?: number;
  readonly tenantKey?: string;
  readonly generations?: readonly ('singular' | 'plural')[];
  /** The tenant's live list; the catalogue unless said. An empty one answers 204. */
  readonly events?: readonly string[];
  /** What a webhook may be registered for; the list unless said. */
  readonly acceptedEvents?: readonly string[];
  readonly errors?: ErrorForm;
  /** How a webhook is told that is not there. */
  readonly absence?: Absence;
  /** How many times a webhook is still read after it was deleted. */
  readonly staleReads?: number;
  /** The answer to a webhook stored in the singular form: all three are accepted by the vendor's client. 204 tells no id. */
  readonly storedStatus?: 200 | 201 | 204;
  readonly deletedStatus?: 200 | 201 | 202 | 204;
  readonly uniqueness?: 'url' | 'url_and_events';
  /** Scopes of the tokens that deliveries carry. */
  readonly deliveryScopes?: readonly string[];
  /** The waits before each repetition: 1, 5 and 10 minutes in truth. None unless said. */
  readonly retryDelaysMs?: readonly number[];
  readonly resolve?: Resolve;
  readonly now?: () => Date;
}

export interface FakeCidaas extends FakeServer<CidaasHook> {
  /** What a credential has to hold. */
  readonly access: { readonly clientId: string; readonly clientSecret: string };
  readonly tokens: Pick<Tokens, 'issued' | 'revoke'>;
  /** A token of this issuer: for a delivery with another than its own. */
  issueToken(claims?: TokenClaims): string;
  /** Publishes another key and signs with it from now on. */
  rotateKey(): void;
}

const DEFAULTS = {
  clientId: 'cidaas-client',
  clientSecret: 'cidaas-secret',
  clientScopes: ['cidaas:webhook_read', 'cidaas:webhook_write', 'cidaas:webhook_delete'],
  tokenLifetimeSeconds: 3600,
  tenantKey: 'quarzlabor-eu',
  generations: ['singular', 'plural'] as const,
  events: Object.keys(cidaas.events),
  errors: 'object' as const,
  absence: 'not_found' as const,
  staleReads: 0,
  storedStatus: 200 as const,
  deletedStatus: 200 as const,
  uniqueness: 'url' as const,
  deliveryScopes: [],
  retryDelaysMs: [],
  now: () => new Date(),
} satisfies FakeCidaasOptions;

/** Starts a tenant with one client. The `body` of deliver() is that of an event; its name and tenant are written over it. */
export async function startFakeCidaas(options: FakeCidaasOptions = {}): Promise<FakeCidaas> {
  const settings = { ...DEFAULTS, acceptedEvents: options.events ?? DEFAULTS.events, ...options };
  const { clientId, clientSecret, now, retryDelaysMs: delaysMs, resolve } = settings;
  const issuer = createIssuer();
  const hooks = new Map<string, CidaasHook>();
  const base = (): string => server.url;
  // In truth a JWT; to a client that only carries it, any text will do, and no key has to be made for it.
  const tokens = createTokens(settings, () => randomBytes(48).toString('base64url'), oauthError);
  const routes = routesOf({ hooks, tokens, issuer, base }, settings);
  const server = await serve(routed(routes, () => refuseIn(settings.errors)(404, 'not found')));
  const issueToken = (changes: TokenClaims = {}): string => issuer.mint(base(), { scopes: settings.deliveryScopes, ...changes }, now());
  return {
    ...server,
    tokens,
    access: { clientId, clientSecret },
    issueToken,
    rotateKey: () => issuer.rotate(),
    get hooks() {
      return [...hooks.values()];
    },
    deliver(event, body, tamper = (delivery) => delivery) {
      const text = JSON.stringify({ ...body, eventtype: event, tenantKey: settings.tenantKey });
      const listening = [...hooks.values()].filter(({ disable, events }) => !disable && events.includes(event));
      return Promise.all(
        listening.map((hook) => {
          const delivery = { url: hook.url, headers: { 'Content-Type': 'application/json' }, body: text };
          const make = (): Outgoing => tamper(authenticated(hook, delivery, issueToken, now()));
          // 200 acknowledges; anything else is repeated (documented), other codes of success among it.
          const isAccepted = (status: number): boolean => status === 200;
          return sendUntilAccepted(hook._id, make, { closing: server.closing, resolve, delaysMs, isAccepted });
        }),
      );
    },
  };
}

function authenticated(hook: CidaasHook, delivery: Outgoing, issueToken: (claims: TokenClaims) => string, now: Date): Outgoing {
  if (hook.auth_type === 'CIDAAS_OAUTH2') {
    // As a bearer token: inferred.
    const token = issueToken({ clientId: hook.cidaasAuthDetails.client_id ?? '' });
    return withProof(delivery, { headers: { Authorization: `Bearer ${token}` }, query: {} });
  }
  const proof = prove(guardOf(hook), Buffer.from(delivery.body ?? ''), now);
  return proof === undefined ? delivery : withProof(delivery, proof);
}

function guardOf({ auth_type: type, apikeyDetails, totpDetails }: CidaasHook): Guard {
  if (type === 'APIKEY') {
    const { apikey_placement: place = 'header', apikey_placeholder: name = '', apikey = '' } = apikeyDetails;
    return { scheme: 'api-key', in: place, names: [name], secrets: [apikey] };
  }
  const { totp_placement: place = 'header', totp_placeholder: name = '', totpkey = '' } = totpDetails;
  // Digest, digits, period and the key's encoding are unknown: RFC 6238's usual ones.
  return { scheme: 'totp', in: place, name, algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'auto', window: 0, secrets: [totpkey] };
}
