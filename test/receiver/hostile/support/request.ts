/** A request as it goes over the wire: what is not said is what an honest sender writes. */
export interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly version?: string;
  /** Lines as they are, in place of the usual ones of the same names. */
  readonly headers?: readonly string[];
  /** Names of usual lines that are left out. */
  readonly without?: readonly string[];
  readonly body?: string | Uint8Array;
}

/** The bytes of a request. Header lines are Latin-1, as HTTP has them; a body that is a string is UTF-8. */
export function bytesOf({ method = 'POST', path = '/hooks/chat', version = 'HTTP/1.1', headers = [], without = [], body = '' }: Request): Buffer {
  const content = Buffer.from(body);
  const usual = ['Host: localhost', 'Connection: close', 'Content-Type: application/json', `Content-Length: ${content.length}`];
  const said = new Set([...headers.map(nameOf), ...without, ...(headers.some(isFraming) ? ['content-length'] : [])]);
  const lines = [`${method} ${path} ${version}`, ...usual.filter((line) => !said.has(nameOf(line))), ...headers];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}

/** The same request with more header lines: its credentials. */
export function withLines(request: Request, lines: readonly string[]): Request {
  return { ...request, headers: [...(request.headers ?? []), ...lines] };
}

function isFraming(line: string): boolean {
  return ['content-length', 'transfer-encoding'].includes(nameOf(line));
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).trim().toLowerCase();
}
