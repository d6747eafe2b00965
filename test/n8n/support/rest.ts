/*
 * n8n's own REST API, as its editor uses it.
 */

const ANSWERED_WITHIN = 60_000;

/** n8n declined a call. `said` is its message, as the editor shows it to the user. */
export class RestRefusal extends Error {
  constructor(
    readonly call: string,
    readonly status: number,
    readonly said: string,
  ) {
    super(`n8n answered ${call} with ${status}: ${said}`);
  }
}

export interface Rest {
  /** Calls `/rest/<path>`. @throws RestRefusal for any status but a 2xx */
  get<Data>(path: string): Promise<Data>;
  post<Data>(path: string, body: object): Promise<Data>;
  patch<Data>(path: string, body: object): Promise<Data>;
  delete(path: string): Promise<void>;
  /** A file at the server's root, whole. */
  file<Content>(path: string): Promise<Content>;
}

/** @param cookie `name=value` of a session */
export function createRest(url: string, cookie: string): Rest {
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${url}/${path}`, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWERED_WITHIN),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new RestRefusal(`${method} ${path}`, answer.status, messageOf(text));
    return text === '' ? undefined : JSON.parse(text);
  }

  async function data<Data>(method: string, path: string, body?: object): Promise<Data> {
    return ((await call(method, `rest/${path}`, body)) as { data: Data }).data;
  }

  return {
    get: (path) => data('GET', path),
    post: (path, body) => data('POST', path, body),
    patch: (path, body) => data('PATCH', path, body),
    delete: async (path) => void (await call('DELETE', `rest/${path}`)),
    file: async <Content>(path: string) => (await call('GET', path)) as Content,
  };
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}
