/*
 * A receiver to be attacked, one for a file and a store, and the rule for everything that is sent to it: each request is
 * sent by a stranger first and then by a sender with credentials. Both get a documented answer; what is refused leaves no
 * event, no deduplication key and no forward; no answer, log or metric shows a secret; and the next valid delivery gets
 * its 200.
 */
import type { Guard } from '../../../../providers/authentication/guard';
import { prove } from '../../../../providers/authentication/prove';
import { at, text } from '../../../../providers/fields';
import type { JsonObject } from '../../../../providers/json/json';
import { listener } from '../../../support/listener';
import type { Listener } from '../../../support/listener';
import { exchange } from '../../../support/exchange';
import type { Answer, ExchangeOptions } from '../../../support/exchange';
import { running, until } from '../../../support/running';
import type { Running } from '../../../support/running';
import type { EmptyStore, Engine } from '../../engines';
import { message } from './bodies';
import { bytesOf, withLines } from './request';
import type { Request } from './request';
import { CANARY, guards, isSourceId, sources } from './sources';
import type { SourceId } from './sources';

/** `'401 unauthenticated'`: a status and a refusal's code; `'200'`. */
export type Expected = `${number}` | `${number} ${string}`;

/** What the receiver says of an event in its 200. */
export interface Receipt {
  readonly id: string;
  readonly type: string;
  readonly duplicate: boolean;
}

/** An event as the API shows it. */
export interface Shown {
  readonly key: string;
  readonly event: { readonly id: string; readonly type: string; readonly time: string; readonly hook: string; readonly data: { readonly [part: string]: unknown; readonly raw: unknown } };
}

export interface Target {
  readonly receiver: Running;
  readonly destination: Listener;
  /** Sends one request, with the credentials of its source where it has `credentials`, and returns the final answer. */
  send(request: Request, credentials?: boolean): Promise<Answer>;
  /** Sends bytes as they are. */
  exchange(bytes: string | Uint8Array, options?: ExchangeOptions): Promise<readonly Answer[]>;
  /** Sends a request as a stranger and with credentials, and holds both answers against the rule. Returns the second one. */
  expect(request: Request, stranger: Expected, known: Expected): Promise<Answer>;
  /** Has the receiver take over other sources. */
  reload(changed: readonly object[]): Promise<void>;
  /** A body that may end in the store without its sender hearing of it: his request breaks the connection. */
  unheard(body: JsonObject): string;
  /** The newest event of the source. */
  newest(source?: SourceId): Promise<Shown>;
}

/**
 * Starts a receiver for the tests of the `describe` around it, and ends it after them.
 * @param options what its configuration says beside the usual; asked for once the hooks before it have run.
 */
export function target(engine: Engine, options: () => object = () => ({})): Target {
  let store: EmptyStore;
  let destination: Listener;
  let receiver: Running;
  const acknowledged = new Set<string>();
  const unheard = new Set<string>();

  beforeAll(async () => {
    store = await engine.open();
    destination = await listener();
    receiver = await running(configuration(options()));
  }, 60_000);

  const configuration = (changes: object): object => ({ store: store.url, sources, destinations: [{ id: 'n8n', url: destination.url, concurrency: 16 }], ...changes });
  const remember = (answer: Answer): Answer => {
    expect(answer.text).not.toMatch(CANARY);
    for (const { id } of receiptsIn(answer)) acknowledged.add(id);
    return answer;
  };
  const raw = async (bytes: string | Uint8Array, how?: ExchangeOptions): Promise<readonly Answer[]> => (await exchange(receiver.port, bytes, how)).map(remember);
  const send = async (request: Request, credentials = false): Promise<Answer> => {
    const answers = await raw(bytesOf(credentials ? admitted(request) : request), { bodiless: request.method === 'HEAD' });
    const [answer] = answers.filter(({ status }) => status >= 200);
    if (answer === undefined) throw new Error('The connection was closed without an answer.');
    return answer;
  };
  const newestKey = async (): Promise<string | undefined> => (await receiver.get<{ events: readonly Shown[] }>('/events?limit=1')).events[0]?.key;

  afterEach(async () => {
    expect(await send({ body: JSON.stringify(message()) }, true)).toMatchObject({ status: 200 });
  });

  afterAll(async () => {
    try {
      await expectNothingElse({ receiver, destination, acknowledged, unheard });
    } finally {
      await receiver.close();
      await destination.close();
      await store.dispose();
    }
  }, 60_000);

  return {
    get receiver() {
      return receiver;
    },
    get destination() {
      return destination;
    },
    send,
    exchange: raw,
    async expect(request, stranger, known) {
      const before = await newestKey();
      expect(outcomeOf(await send(request))).toBe(stranger);
      expect(await newestKey()).toBe(before);
      const answer = await send(request, true);
      expect(outcomeOf(answer)).toBe(known);
      // Nothing that a stranger sent first may make the real delivery look like a repeat of it.
      if (known === '200') expect(receiptsIn(answer).map(({ duplicate }) => duplicate)).not.toContain(true);
      else expect(await newestKey()).toBe(before);
      return answer;
    },
    reload: (changed) => receiver.reload(configuration({ sources: changed })),
    unheard(body) {
      unheard.add(text(at(body, 'data', 'message', 'id')) ?? '');
      return JSON.stringify(body);
    },
    async newest(source = 'chat') {
      const [shown] = (await receiver.get<{ events: readonly Shown[] }>(`/events?source=${source}&limit=1`)).events;
      if (shown === undefined) throw new Error(`There is no event of ${source}.`);
      return shown;
    },
  };
}

/** The events that an answer acknowledges. */
export function receiptsIn({ status, text }: Answer): readonly Receipt[] {
  if (status !== 200 || !text.startsWith('{"received"')) return [];
  return (JSON.parse(text) as { events: readonly Receipt[] }).events;
}

/** The status, and a refusal's code. */
export function outcomeOf({ status, text }: Answer): Expected {
  const code = /^\{"error":\{"code":"([a-z_0-9]+)","message":"[^"]/.exec(text)?.[1];
  return code === undefined ? `${status}` : `${status} ${code}`;
}

/** The request with what its source asks for. */
function admitted(request: Request): Request {
  const [, source = ''] = /^\/hooks\/([a-z-]*[a-z])/.exec(request.path ?? '/hooks/chat') ?? [];
  const guard: Guard = guards[isSourceId(source) ? source : 'chat'];
  const proof = prove(guard, Buffer.from(request.body ?? ''), new Date());
  const query = new URLSearchParams(proof?.query).toString();
  const path = query === '' ? {} : { path: `${request.path ?? ''}?${query}` };
  return { ...withLines(request, Object.entries(proof?.headers ?? {}).map(([name, value]) => `${name}: ${value}`)), ...path };
}

interface Books {
  readonly receiver: Running;
  readonly destination: Listener;
  readonly acknowledged: ReadonlySet<string>;
  readonly unheard: ReadonlySet<string>;
}

/** At the end the store holds what was acknowledged and nothing else, the destination heard just that, and nobody was told a secret. */
async function expectNothingElse({ receiver, destination, acknowledged, unheard }: Books): Promise<void> {
  const stored = new Set<string>();
  for (let before: string | undefined = ''; before !== undefined; ) {
    const page: { events: readonly Shown[]; next?: string } = await receiver.get(`/events?limit=20${before === '' ? '' : `&before=${before}`}`);
    for (const { event } of page.events) stored.add(event.id);
    before = page.next;
  }
  const surplus = [...stored].filter((id) => !acknowledged.has(id));
  expect(surplus.filter((id) => !unheard.has(id.split('|')[2] ?? ''))).toEqual([]);
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  const heard = (): ReadonlySet<string> => new Set(destination.heard.map(({ text }) => (JSON.parse(text) as { id: string }).id));
  await until(() => destination.heard.length >= stored.size);
  expect(heard()).toEqual(stored);
  const told = [await (await fetch(`${receiver.url}/metrics`)).text(), JSON.stringify(await receiver.get('/refusals')), JSON.stringify(receiver.log)];
  for (const one of told) expect(one).not.toMatch(CANARY);
  expect(receiver.log.filter(({ level }) => level === 'error')).toEqual([]);
}
