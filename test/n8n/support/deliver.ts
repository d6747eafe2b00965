/*
 * A delivery, as a provider makes it.
 */
/** Long past any provider's patience. */
const ANSWERED_WITHIN = 30_000;

export interface DeliverOptions {
  /** POST unless given. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, with its content type. */
  readonly body?: unknown;
  /** Sent as it is, with no content type but the one in `headers`. */
  readonly rawBody?: string | Uint8Array;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Makes one request and reads the whole reply. Redirects are not followed. @throws when there is none in 30 s */
export async function deliver(url: string, { method = 'POST', headers = {}, body, rawBody }: DeliverOptions = {}): Promise<Reply> {
  // Bytes, since fetch gives a string a content type of its own.
  const bytes = rawBody === undefined ? Buffer.from(body === undefined ? '' : JSON.stringify(body)) : Buffer.from(rawBody);
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWERED_WITHIN),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(bytes.byteLength === 0 ? {} : { body: bytes }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
