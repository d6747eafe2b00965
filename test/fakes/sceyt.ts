/*
 * Sceyt's deliveries. Sceyt publishes no API for webhooks: they are made by hand in its dashboard, so that there is
 * nothing to serve. Nor is anything published of what is on the wire; all of this follows GitHub's conventions, which
 * Sceyt's page follows in everything it does say (providers/sceyt/README.md), and is unverified.
 */
import { prove } from '../../providers/authentication/prove';
import type { HmacAlgorithm } from '../../providers/authentication/guard';
import { send, withProof } from './send';
import type { Attempt, Outgoing, Resolve, Tamper } from './send';

export interface SceytOptions {
  /** A ping's is `{"event":"ping"}` unless said, and an empty text means no body at all. */
  readonly body?: object | '';
  /** Names of headers, in the sample's spelling; `x-sceyt-event` unless said. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signatureHeader?: string;
  readonly algorithm?: HmacAlgorithm;
  readonly encoding?: 'hex' | 'base64';
  /** Before the digest: `sha256=`, say. */
  readonly prefix?: string;
  readonly tamper?: Tamper;
  readonly resolve?: Resolve;
}

/**
 * Sends one event, or the ping that follows a webhook's creation, once: whether Sceyt repeats anything is unknown.
 * @param secret the webhook's; an empty one signs nothing.
 */
export function deliverSceyt(url: string, secret: string, event: string, options: SceytOptions = {}): Promise<Attempt> {
  const { body = { event }, headers, signatureHeader = 'x-sceyt-signature', algorithm = 'sha256', encoding = 'hex', prefix, tamper, resolve } = options;
  const text = body === '' ? '' : JSON.stringify(body);
  const delivery: Outgoing = { url, headers: { 'Content-Type': 'application/json', ...(headers ?? { 'x-sceyt-event': event }) }, body: text };
  const proof = prove(
    { scheme: 'hmac', headers: [signatureHeader], algorithm, encoding, secrets: [secret], ...(prefix === undefined ? {} : { prefix }) },
    Buffer.from(text),
    new Date(0),
  );
  const signed = proof === undefined ? delivery : withProof(delivery, proof);
  return send(tamper?.(signed) ?? signed, { closing: NEVER, resolve });
}

const NEVER = new AbortController().signal;
