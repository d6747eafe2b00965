/*
 * What all fake providers share: an HTTP server that remembers every request, can be told to fail, and closes with
 * everything that is under way. The rules of an API stand in the provider's own file.
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivered, Tamper } from './send';

/** One request as it came. */
export interface Call {
  readonly method: string;
  /** Without the query, its percent-encoding left in. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed JSON; undefined when there is no body, it is no JSON, or it does not say that it is. */
  readonly body: unknown;
}

export interface RecordedRequest extends Call {
  /** What it was answered with; undefined when it was left hanging or cut off. */
  readonly status: number | undefined;
}

export interface Answer {
  readonly status: number;
  /** Lower-case names; they win over the defaults. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, as `text/html` like Express does it; anything else as JSON. */
  readonly body?: unknown;
}

/** How the next matching requests fail: with this answer (500 unless said), or with none. */
export interface FailureRule {
  readonly method?: string;
  readonly path?: RegExp;
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests; one unless said. */
  readonly times?: number;
  /** The request is taken and never answered. */
  readonly hang?: boolean;
  /** The connection is reset. */
  readonly reset?: boolean;
  /** The request takes effect all the same, and only its answer is lost. */
  readonly carriedOut?: boolean;
}

/** What a test holds of a running fake. */
export interface FakeServer<Hook> {
  /** `http://127.0.0.1:<port>`: what a credential's base URL is set to. */
  readonly url: string;
  /** In the order in which they came. */
  readonly requests: readonly RecordedRequest[];
  /** What is registered now, with the secrets. */
  readonly hooks: readonly Hook[];
  failNext(rule: FailureRule): void;
  /** Sends an event to every hook that is to get it, authenticated as registered. One result for each such hook. */
  deliver(event: string, body: object, tamper?: Tamper): Promise<readonly Delivered[]>;
  /** Cuts everything off that is under way, requests and deliveries. */
  close(): Promise<void>;
}

export type Served = Omit<FakeServer<never>, 'hooks' | 'deliver'> & {
  /** Aborted on close. */
  readonly closing: AbortSignal;
};

/** Answers one call; `parts` are the groups of the route's path, decoded. */
export type Handle = (call: Call, ...parts: readonly string[]) => Answer;

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handle: Handle;
}

/** The first route that fits answers; when none does, `otherwise`. */
export function routed(routes: readonly Route[], otherwise: Handle): (call: Call) => Answer {
  return (call) => {
    for (const { method, path, handle } of routes) {
      const parts = method === call.method ? path.exec(call.path)?.slice(1).map(decoded) : undefined;
      if (parts?.every((part) => part !== undefined) === true) return handle(call, ...parts);
    }
    return otherwise(call);
  };
}

/** Listens on a free port of the loopback interface. */
export async function serve(handle: (call: Call) => Answer): Promise<Served> {
  const requests: RecordedRequest[] = [];
  const pending: { readonly rule: FailureRule; left: number }[] = [];
  const closing = new AbortController();

  function failureFor({ method, path }: Call): FailureRule | undefined {
    const found = pending.find(({ rule, left }) => left > 0 && (rule.method ?? method) === method && (rule.path?.test(path) ?? true));
    if (found !== undefined) found.left -= 1;
    return found?.rule;
  }

  const server = createServer((request, response) => {
    void readCall(request).then((call) => {
      const failure = failureFor(call);
      const right = failure === undefined || failure.carriedOut === true ? handle(call) : undefined;
      const answer = failure === undefined ? right : answerOf(failure);
      requests.push({ ...call, status: answer?.status });
      if (failure?.reset === true) request.socket.resetAndDestroy();
      else if (answer !== undefined) write(response, answer);
    }).catch((error: unknown) => write(response, { status: 500, body: `The fake itself failed: ${String(error)}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    failNext: (rule) => void pending.push({ rule, left: rule.times ?? 1 }),
    closing: closing.signal,
    close: () => {
      closing.abort();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A record of what nobody has looked at yet; undefined for anything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function answerOf({ status = 500, body, headers, hang, reset }: FailureRule): Answer | undefined {
  if (hang === true || reset === true) return undefined;
  return { status, body, ...(headers === undefined ? {} : { headers }) };
}

function write(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(isRaw ? body : JSON.stringify(body));
  const type = body === undefined ? {} : { 'content-type': `${isRaw ? 'text/html' : 'application/json'}; charset=utf-8` };
  // 204 has no body, and no length of one (RFC 9110, section 8.6).
  const length = status === 204 ? {} : { 'content-length': String(bytes.byteLength) };
  response.writeHead(status, { ...type, ...length, ...headers });
  response.end(bytes);
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const { method = '', url = '', headers } = request;
  const [path = '', query] = url.split(/\?(.*)/s);
  return { method, path, query: new URLSearchParams(query), headers, text, body: isJson(headers) ? parsed(text) : undefined };
}

function isJson(headers: IncomingHttpHeaders): boolean {
  return /^application\/json\b/i.test(headers['content-type'] ?? '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
