/*
 * Spika: the part of its REST API that webhooks need (spika/api.ts), and its deliveries, as `cloverstudio/Spika3` has
 * them in server/services/webhook/ (`callWebhook.ts`) in three generations: A (Oct 2022), B (Feb 2023), C (Mar 2024).
 */
import { routesOf } from './spika/api';
import { createSpika } from './spika/world';
import type { Generation, SpikaHook, SpikaWorld } from './spika/world';
import { delivered, send } from './send';
import type { Attempt, Outgoing, Resolve, SendOptions } from './send';
import { recordOf, routed, serve } from './server';
import type { Answer, Call, FakeServer } from './server';

export interface FakeSpikaOptions extends Partial<SpikaWorld> {
  readonly generation?: Generation;
  readonly resolve?: Resolve;
  readonly now?: () => Date;
}

export interface FakeSpika extends FakeServer<SpikaHook> {
  /** What a credential has to hold: the first user's token. */
  readonly access: { readonly accessToken: string };
}

const SIGNATURE = 'Verification-Signature';

/** The HTTP client's own; C's number moves with its releases. */
const USER_AGENTS = { A: 'axios/0.21.4', B: 'axios/0.21.4', C: 'axios/1.6.7' } as const satisfies Record<Generation, string>;

/** The HTTP client's default. */
const MOST_REDIRECTS = 5;

const MOST_JSON_BYTES = { A: 102_400, B: 102_400, C: 52_428_800 } as const satisfies Record<Generation, number>;

/**
 * Starts it with one user, who is admin of room 42, member of the group 43, and one of two in the private room 44.
 * deliver() takes any event name, since a delivery has none; `body` is `{message, fromUser, room}`, also in generation
 * A's wrapping, and its `message.roomId` says whose hook fires.
 */
export async function startFakeSpika(options: FakeSpikaOptions = {}): Promise<FakeSpika> {
  const { generation = 'B', resolve, now = () => new Date() } = options;
  const spika = createSpika(options);
  const route = routed(routesOf(spika, generation, now), ({ method, path }) => ({ status: 404, body: `Cannot ${method} ${path}` }));
  const server = await serve((call) => bodyFault(call, generation) ?? route(call));
  return {
    ...server,
    access: { accessToken: spika.users[0]?.accessToken ?? '' },
    get hooks() {
      return [...spika.hooks.values()];
    },
    async deliver(_event, body, tamper = (delivery) => delivery) {
      const message = recordOf(recordOf('data' in body ? body.data : body)?.['message']);
      // Of several hooks in a room one fires, the one with the lowest id (recorded), and the oldest is the first here.
      const hook = [...spika.hooks.values()].find(({ roomId }) => roomId === message?.['roomId']);
      if (hook === undefined) return [];
      // Once, without a time limit, and whatever the answer is.
      const last = await follow(tamper(outgoingOf(hook, body, generation)), { closing: server.closing, resolve });
      return [delivered(String(hook.id), [last])];
    },
  };
}

function outgoingOf({ url, verifySignature }: SpikaHook, body: object, generation: Generation): Outgoing {
  const content = 'data' in body ? body.data : body;
  const own = { 'Content-Type': 'application/json', [SIGNATURE]: verifySignature };
  const usual = { Accept: 'application/json, text/plain, */*', 'User-Agent': USER_AGENTS[generation] };
  switch (generation) {
    case 'A':
      // The request's options were passed where the body belonged, so that no header says anything.
      return { url, headers: { ...usual, 'Content-Type': 'application/json' }, body: JSON.stringify({ data: content, headers: own }) };
    case 'B':
      return { url, headers: { ...usual, ...own }, body: JSON.stringify(content) };
    case 'C':
      return { url, headers: { ...usual, ...own, 'Accept-Encoding': 'gzip, compress, deflate, br' }, body: JSON.stringify(content) };
  }
}

/** As the HTTP client follows: 307 and 308 repeat the request; 301, 302 and 303 make it a GET, and the message is lost. */
async function follow(delivery: Outgoing, options: SendOptions, left = MOST_REDIRECTS): Promise<Attempt> {
  const answer = await send(delivery, options);
  const { location } = answer.headers;
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
  if (left === 0) return { ...answer, status: 0, failure: 'ERR_FR_TOO_MANY_REDIRECTS' };
  // The signature goes along to whatever host is named.
  const next = { url: URL.parse(location, delivery.url)?.href ?? location, headers: delivery.headers };
  const isRepeated = answer.status === 307 || answer.status === 308;
  return follow(isRepeated ? { ...delivery, ...next } : { ...withoutContent(next), method: 'GET' }, options, left - 1);
}

function withoutContent({ url, headers }: Pick<Outgoing, 'url' | 'headers'>): Outgoing {
  return { url, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-/i.test(name))) };
}

/** The body is parsed before anybody looks at the path or the token; what goes wrong there is plain text. */
function bodyFault({ headers, text, body }: Call, generation: Generation): Answer | undefined {
  if (text === '' || headers['content-type']?.startsWith('application/json') !== true) return undefined;
  if (Buffer.byteLength(text) > MOST_JSON_BYTES[generation]) return { status: 500, body: 'Server Error request entity too large' };
  return typeof body === 'object' && body !== null ? undefined : { status: 500, body: 'Server Error Unexpected token in JSON at position 0' };
}
