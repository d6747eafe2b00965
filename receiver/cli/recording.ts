import { Failure } from './failure';

/** A raw HTTP request, as it was recorded. */
export interface Recording {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names and values, in order, as written. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Every byte after the empty line, chunks put together. */
  readonly body: Uint8Array;
  /** What is odd about the recording itself. */
  readonly notes: readonly string[];
}

/**
 * Reads a raw HTTP/1.1 request. Lines of the head may end in CRLF or LF; the body is taken byte for byte.
 * @throws Failure when it is none.
 */
export function readRecording(bytes: Uint8Array): Recording {
  // Latin-1 maps each byte to one character: positions stay, and header values come out as Node gives them.
  const text = Buffer.from(bytes).toString('latin1');
  const { 0: separator = '', index: headEnd = text.length } = /\r?\n\r?\n/.exec(text) ?? {};
  const [requestLine = '', ...headerLines] = text.slice(0, headEnd).split(/\r?\n/);
  const [, method, written] = /^([A-Z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/.exec(requestLine) ?? [];
  if (method === undefined || written === undefined) {
    throw new Failure('not_http', 'The file does not begin with a request line. Record the whole request: POST /hooks/… HTTP/1.1, headers, an empty line, the body.');
  }
  const headers = headerLines.filter((line) => line !== '').map(headerOf);
  const sent = bytes.subarray(headEnd + separator.length);
  return { method, target: targetOf(written), headers, ...bodyOf(sent, headers) };
}

function headerOf(line: string, index: number): readonly [string, string] {
  const [, name, rest] = /^([^\s:]+):(.*)$/.exec(line) ?? [];
  if (name === undefined || rest === undefined) {
    throw new Failure('not_http', `Line ${index + 2} of the file is not a header. Write each header on a line of its own, as name: value, and an empty line before the body.`);
  }
  return [name, withoutBlanks(rest)];
}

/** Blanks and tabs alone are not a value's own; a no-break space is (RFC 9110, 5.5). */
function withoutBlanks(written: string): string {
  const isBlank = (at: number): boolean => written[at] === ' ' || written[at] === '\t';
  let [start, end] = [0, written.length];
  while (isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return written.slice(start, end);
}

/** A request through a proxy names the whole URL. */
function targetOf(written: string): string {
  const url = URL.parse(written);
  return url === null ? written : `${url.pathname}${url.search}`;
}

function bodyOf(sent: Uint8Array, headers: Recording['headers']): Pick<Recording, 'body' | 'notes'> {
  const value = (wanted: string): string | undefined => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (/\bchunked\b/i.test(value('transfer-encoding') ?? '')) {
    const joined = joinChunks(sent);
    if (joined !== undefined) return { body: joined, notes: [] };
    return { body: sent, notes: ['Transfer-Encoding says chunked, but the body is not cut into chunks. It is taken as it stands.'] };
  }
  const announced = value('content-length');
  if (announced === undefined || !/^\d+$/.test(announced)) return { body: sent, notes: [] };
  const length = Number(announced);
  if (length === sent.length) return { body: sent, notes: [] };
  const mismatch = `Content-Length says ${length} bytes, the body has ${sent.length}.`;
  if (length > sent.length) return { body: sent, notes: [`${mismatch} The recording is cut short, or its line ends were changed: a signature over the body will not fit.`] };
  return { body: sent.subarray(0, length), notes: [`${mismatch} Only the first ${length} count, as on the wire; an editor may have added a line end.`] };
}

/** Undefined when it is not made of chunks to its end. */
function joinChunks(sent: Uint8Array): Uint8Array | undefined {
  const buffer = Buffer.from(sent);
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = buffer.indexOf('\n', at);
    const size = lineEnd === -1 ? undefined : /^([0-9a-f]{1,8})(?:;[^\r]*)?\r?$/i.exec(buffer.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) return undefined;
    const start = lineEnd + 1;
    const end = start + Number.parseInt(size, 16);
    if (end === start) return Buffer.concat(chunks);
    if (end > buffer.length) return undefined;
    chunks.push(buffer.subarray(start, end));
    at = buffer[end] === 0x0d ? end + 2 : end + 1;
  }
}
