/*
 * CometChat: its webhook management API (cometchat/api.ts) and its deliveries, documented in `cometchat/docs`,
 * fundamentals/webhooks.mdx and webhooks-overview.mdx.
 */
import { prove } from '../../providers/authentication/prove';
import { routesOf } from './cometchat/api';
import { error } from './cometchat/answers';
import type { CometChatHook, System } from './cometchat/hook';
import { legacyTriggers, publishedTriggers } from './cometchat/rules';
import { sendUntilAccepted, withProof } from './send';
import type { Outgoing, Resolve } from './send';
import { routed, serve } from './server';
import type { FakeServer } from './server';

export interface FakeCometChatOptions {
  readonly appId?: string;
  /** The management key and secret. */
  readonly key?: string;
  readonly secret?: string;
  readonly region?: 'us' | 'eu' | 'in';
  /** Which of the two documented forms answers have (cometchat/answers.ts). */
  readonly answers?: 'schema' | 'example';
  /** Triggers that the app can have; the 53 published ones unless said. */
  readonly triggers?: readonly string[];
  /** Takes http://127.0.0.1 and http://localhost too, for tests on one machine. */
  readonly allowLocalUrls?: boolean;
  /** The waits of `retryOnFailure`: 10 s and 30 s in truth. None unless said, so that no test waits for them unasked. */
  readonly retryDelaysMs?: readonly number[];
  /** 2 s in truth. */
  readonly timeLimitMs?: number;
  readonly resolve?: Resolve;
  readonly now?: () => Date;
}

export interface FakeCometChat extends FakeServer<CometChatHook> {
  /** What a credential has to hold. */
  readonly access: { readonly appId: string; readonly key: string; readonly secret: string };
  /** What calls without the version header made. */
  readonly legacyHooks: readonly CometChatHook[];
}

const DEFAULTS = {
  appId: '27318c05d9a4ef60',
  key: 'management-key',
  secret: 'management-secret',
  region: 'eu' as const,
  answers: 'schema' as const,
  triggers: publishedTriggers,
  allowLocalUrls: false,
  retryDelaysMs: [],
  timeLimitMs: 2000,
  now: () => new Date(),
} satisfies FakeCometChatOptions;

/**
 * Starts it with one app. The `body` of deliver() is an envelope, or what is to stand in its `data`; what the
 * registration decides (trigger, app, region, webhook) is written over it.
 */
export async function startFakeCometChat(options: FakeCometChatOptions = {}): Promise<FakeCometChat> {
  const settings = { ...DEFAULTS, ...options };
  const { appId, region, resolve, retryDelaysMs, timeLimitMs: timeoutMs } = settings;
  const current: System = { hooks: new Map(), triggers: settings.triggers };
  const legacy: System = { hooks: new Map(), triggers: legacyTriggers };
  const server = await serve(routed(routesOf(settings, current, legacy), () => error(404, 'ERR_API_NOT_FOUND', 'The route does not exist.')));
  return {
    ...server,
    access: { appId, key: settings.key, secret: settings.secret },
    get hooks() {
      return [...current.hooks.values()];
    },
    get legacyHooks() {
      return [...legacy.hooks.values()];
    },
    deliver(event, body, tamper = (delivery) => delivery) {
      const envelope = 'data' in body ? body : { data: body };
      const listening = [...current.hooks.values()].filter(({ enabled, triggers }) => enabled && triggers.includes(event));
      return Promise.all(
        listening.map((hook) => {
          const outgoing = tamper(outgoingOf(hook, { ...envelope, trigger: event, appId, region, webhook: hook.id }));
          return sendUntilAccepted(hook.id, () => outgoing, {
            timeoutMs,
            closing: server.closing,
            resolve,
            delaysMs: hook.retryOnFailure ? retryDelaysMs : [],
            isAccepted: (status) => status >= 200 && status < 300,
          });
        }),
      );
    },
  };
}

function outgoingOf({ webhookURL: url, useBasicAuth, username = '', password = '' }: CometChatHook, envelope: object): Outgoing {
  const delivery = { url, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(envelope) };
  const proof = useBasicAuth ? prove({ scheme: 'basic', username, secrets: [password] }, Buffer.from(delivery.body), new Date(0)) : undefined;
  return proof === undefined ? delivery : withProof(delivery, proof);
}
