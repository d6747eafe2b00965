import { connect } from 'node:net';

/** One HTTP answer, as it came over the wire. */
export interface Answer {
  readonly status: number;
  /** Names in lower case, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
}

export interface ExchangeOptions {
  /** Hangs up once so many final answers are there. Without it: the other side has to close. */
  readonly answers?: number;
  /** Closes its own half after the last byte. */
  readonly end?: boolean;
  /** Answers have no bodies, whatever their Content-Length says: HEAD. */
  readonly bodiless?: boolean;
  /** How long the other side may take altogether. */
  readonly withinMs?: number;
}

/** Longer than every time-out of the receiver: who is neither answered nor closed by then hangs. */
const LONGEST_MS = 45_000;

/**
 * Sends bytes as they are, since an HTTP client would tidy an attack up, and takes the answers apart. Resolves once they
 * are there or the other side has closed; rejects where it does neither.
 */
export function exchange(port: number, bytes: string | Uint8Array, { answers = Infinity, end = false, bodiless = false, withinMs = LONGEST_MS }: ExchangeOptions = {}): Promise<readonly Answer[]> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes);
      if (end) socket.end();
    });
    const alarm = setTimeout(() => {
      socket.destroy();
      reject(new Error(`Neither answered nor closed within ${withinMs} ms; so far: ${received.subarray(0, 200).toString('latin1')}`));
    }, withinMs);
    const finish = (): void => {
      clearTimeout(alarm);
      socket.destroy();
      new Promise<readonly Answer[]>((taken) => taken(answersIn(received, bodiless))).then(resolve, reject);
    };
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (answers < Infinity && answersIn(received, bodiless).filter(({ status }) => status >= 200).length >= answers) finish();
    });
    socket.on('close', finish);
    // A reset after the answer is a close, too: what was not read of an attack is thrown away with the connection.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return finish();
      clearTimeout(alarm);
      reject(error);
    });
  });
}

/** The whole answers in what came back, the interim ones (1xx) included. */
export function answersIn(bytes: Uint8Array, bodiless = false): readonly Answer[] {
  const received = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Answer[] = [];
  for (let at = 0; ; ) {
    const headEnd = received.indexOf('\r\n\r\n', at);
    if (headEnd === -1) return found;
    const [statusLine = '', ...lines] = received.toString('latin1', at, headEnd).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    if (Number.isNaN(status)) throw new Error(`This is no HTTP answer: ${statusLine.slice(0, 80)}`);
    const headers = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
    const body = status < 200 || bodiless ? { end: headEnd + 4, text: '' } : bodyAt(received, headEnd + 4, headers);
    if (body === undefined) return found;
    found.push({ status, headers, text: body.text });
    at = body.end;
  }
}

/** The value of a header that an answer has once. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  return headers.find(([found]) => found === name)?.[1];
}

interface Body {
  readonly end: number;
  readonly text: string;
}

/** Undefined while it is not whole. */
function bodyAt(received: Buffer, start: number, headers: Answer['headers']): Body | undefined {
  const value = (name: string): string | undefined => headers.find(([found]) => found === name)?.[1];
  if (value('transfer-encoding') === 'chunked') return chunksAt(received, start);
  const end = start + Number(value('content-length') ?? 0);
  return end > received.length ? undefined : { end, text: received.toString('utf8', start, end) };
}

function chunksAt(received: Buffer, start: number): Body | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = received.indexOf('\r\n', at);
    const size = lineEnd === -1 ? NaN : Number.parseInt(received.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (!(next <= received.length)) return undefined;
    if (size === 0) return { end: next, text: Buffer.concat(chunks).toString('utf8') };
    chunks.push(received.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}
