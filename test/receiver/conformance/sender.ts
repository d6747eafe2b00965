/*
 * A sender over a bare socket: it can leave in the middle of a body or right behind it, say a header twice, and know when
 * the last byte is out of its hands. An HTTP client would tidy all of that up.
 */
import { connect } from 'node:net';
import type { Door, Parcel, ProofOptions, Subject } from './subject';

export interface Request {
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

export interface Answer {
  /** Undefined when the connection was refused or ended without an answer. */
  readonly status: number | undefined;
  /** The whole answer, headers included. */
  readonly text: string;
  /** Of a refusal. */
  readonly code: string | undefined;
  /** Of an acknowledgement: whether each of its events is a repeat. */
  readonly duplicates: readonly boolean[];
}

export interface Sending {
  /** Resolves when everything is written; rejects when it can't be. */
  readonly written: Promise<void>;
  readonly answer: Promise<Answer>;
  /** Leaves, whatever the state. */
  leave(): void;
}

/** A parcel with the credentials that its door asks for. */
export function signed(door: Door, { headers, body }: Parcel, options?: ProofOptions): Request {
  return withProof(door, { headers, body }, door.prove(body, options));
}

/** A parcel with these credentials, or with none. */
export function withProof(door: Door, { headers, body }: Parcel, proof: { readonly headers: object; readonly query: object } = { headers: {}, query: {} }): Request {
  const query = new URLSearchParams(Object.entries(proof.query)).toString();
  return {
    path: query === '' ? door.path : `${door.path}?${query}`,
    headers: Object.entries({ 'content-type': 'application/json', ...headers, ...proof.headers }).map(([name, value]) => [name, String(value)] as const),
    body,
  };
}

/** Sends and waits for the answer. */
export function deliver(subject: Subject, request: Request): Promise<Answer> {
  const sending = send(subject, request);
  sending.written.catch(() => undefined);
  return sending.answer;
}

/** @param length of the body, how many bytes are sent at all. */
export function send(subject: Subject, { path, headers, body }: Request, length = body.length): Sending {
  const { hostname, port } = new URL(subject.url);
  const socket = connect(Number(port), hostname);
  const written = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Answer>();
  const lines = [...headers, ['host', `${hostname}:${port}`], ['content-length', String(body.length)], ['connection', 'close']].map(([name, value]) => `${name}: ${value}\r\n`);
  const chunks: Buffer[] = [];
  socket.write(Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body.subarray(0, length)]), (error) => (error ? written.reject(error) : written.resolve()));
  socket.on('data', (chunk) => chunks.push(chunk));
  // A refused or reset connection has no answer, which is an answer too.
  socket.on('error', () => undefined);
  socket.on('close', () => answer.resolve(read(Buffer.concat(chunks).toString('utf8'))));
  return { written: written.promise, answer: answer.promise, leave: () => socket.destroy() };
}

interface Told {
  readonly error?: { readonly code: string };
  readonly events?: readonly { readonly duplicate: boolean }[];
}

function read(text: string): Answer {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  const told = json(text.slice(text.indexOf('\r\n\r\n') + 4));
  return { status: status === undefined ? undefined : Number(status), text, code: told.error?.code, duplicates: (told.events ?? []).map(({ duplicate }) => duplicate) };
}

function json(text: string): Told {
  try {
    return JSON.parse(text) as Told;
  } catch {
    return {};
  }
}
