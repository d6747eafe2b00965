/*
 * How fake providers send: one POST with exactly the headers that the provider sends, and the repetitions of those that
 * repeat. What comes back is a value, whatever happens.
 */
import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import type { Proof } from '../../providers/authentication/prove';

/** A delivery as it goes out. */
export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Without one (a redirect's GET), nothing is said of its length either. */
  readonly body?: string | Uint8Array;
  /** POST unless said. */
  readonly method?: string;
}

/** Changes a delivery on its way: another byte, another credential, none. */
export type Tamper = (delivery: Outgoing) => Outgoing;

/** What became of one attempt. */
export interface Attempt {
  /** 0 when no answer came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Why no answer came: `timeout`, `closed`, or the code of the error. */
  readonly failure?: string;
}

/** What became of one delivery: its last attempt, and all of them. */
export interface Delivered extends Attempt {
  /** The id of the hook that it was for. */
  readonly hook: string;
  readonly attempts: readonly Attempt[];
}

export interface SendOptions {
  /** The provider's time limit, from the start to the end of the answer; none: it waits for ever. */
  readonly timeoutMs?: number;
  /** The fake's end. */
  readonly closing: AbortSignal;
  readonly resolve?: Resolve | undefined;
}

/**
 * Where an origin is reached from this machine, in place of DNS and of the proxy that stands in front of a host: gets
 * `https://hooks.example.com`, gives `http://127.0.0.1:5678`. The delivery keeps its `Host`.
 */
export type Resolve = (origin: string) => string;

export interface RepeatOptions extends SendOptions {
  /** The waits before each repetition; none: nothing is repeated. */
  readonly delaysMs: readonly number[];
  readonly isAccepted: (status: number) => boolean;
}

/** Makes one attempt. Never rejects. */
export function send({ url, headers, body, method = 'POST' }: Outgoing, { timeoutMs, closing, resolve }: SendOptions): Promise<Attempt> {
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol)) return Promise.resolve(unanswered('ERR_INVALID_URL'));
  const target = new URL(resolve?.(address.origin) ?? address.origin);
  [target.pathname, target.search] = [address.pathname, address.search];
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  return new Promise((settle) => {
    const fail = ({ code, name }: NodeJS.ErrnoException): void => {
      settle(unanswered(limit?.aborted === true ? 'timeout' : closing.aborted ? 'closed' : (code ?? name)));
    };
    const start = target.protocol === 'https:' ? requestHttps : requestHttp;
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const signal = limit === undefined ? closing : AbortSignal.any([closing, limit]);
    const outgoing = start(target, { method, headers: { ...headers, ...length, Host: address.host }, agent: false, signal });
    outgoing.on('error', fail);
    outgoing.on('response', (answer) => {
      readText(answer).then((text) => settle({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }), fail);
    });
    outgoing.end(body);
  });
}

/**
 * A delivery again and again until it is accepted or the waits are used up.
 * @param make makes it anew for each attempt: a one-time password is good for its time only.
 */
export async function sendUntilAccepted(hook: string, make: () => Outgoing, options: RepeatOptions): Promise<Delivered> {
  const attempts = [await send(make(), options)];
  for (const delayMs of options.delaysMs) {
    if (options.isAccepted(attempts.at(-1)?.status ?? 0) || options.closing.aborted) break;
    await wait(delayMs, undefined, { signal: options.closing }).catch(() => undefined);
    attempts.push(await send(make(), options));
  }
  return delivered(hook, attempts);
}

export function delivered(hook: string, attempts: readonly Attempt[]): Delivered {
  return { ...(attempts.at(-1) ?? unanswered('not_sent')), hook, attempts };
}

/** The delivery with what proves it. */
export function withProof(delivery: Outgoing, { headers, query }: Proof): Outgoing {
  const url = URL.parse(delivery.url);
  for (const [name, value] of Object.entries(query)) url?.searchParams.set(name, value);
  return { ...delivery, url: url?.href ?? delivery.url, headers: { ...delivery.headers, ...headers } };
}

function unanswered(failure: string): Attempt {
  return { status: 0, headers: {}, body: '', failure };
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
