/*
 * What a destination has to make of the signatures on what is forwarded, by the kinds of vectors that
 * https://github.com/postel-sh/postel has for receivers (compliance/vectors): headers, signature, replay, several secrets,
 * window, raw bytes. The others apply elsewhere: its Ed25519 to nothing that is sent here, its key sets to the tokens of
 * issuers (test/providers/oauth2.test.ts), its deduplication to scenarios 1 to 3.
 */
import { signatureDiagnoses, verifySigned } from '../../../providers/authentication/standard-webhooks';
import type { SignatureDiagnosis } from '../../../providers/authentication/standard-webhooks';
import { sign } from '../../../receiver/forward/sign';
import { delivery } from '../../support/delivery';

const CURRENT = 'whsec_Y3VycmVudC1zZWNyZXQtb2YtMjQtYnl0ZXM=';
const PREVIOUS = 'whsec_cHJldmlvdXMtc2VjcmV0LW9mLTI0LWJ5dGVz';
const FOREIGN = 'whsec_Zm9yZWlnbi1zZWNyZXQtb2YtMjQtYnl0ZXMh';

/** Its spelling is not what JSON.stringify makes of it. */
const BODY = '{ "id": "1", "text": "gr\\u00fc\\u00dfe", "size": 1.0, "big": 9007199254740993 }';
const SENT_AT = 1_795_226_400;

interface Vector {
  /** What the receiver signs with, and when. */
  readonly signedWith?: readonly string[];
  readonly signedAt?: number;
  /** What arrives in place of what was sent. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** What the destination verifies with, and how many seconds later. */
  readonly verifiedWith?: readonly string[];
  readonly after?: number;
  readonly expected: 'ok' | SignatureDiagnosis;
}

const NOTHING: readonly string[] = [];

const vectors: Readonly<Record<string, Vector>> = {
  'all three headers are there': { expected: 'ok' },
  'webhook-id is missing': { headers: { 'webhook-id': NOTHING }, expected: 'headers_missing' },
  'webhook-timestamp is missing': { headers: { 'webhook-timestamp': NOTHING }, expected: 'headers_missing' },
  'webhook-signature is missing': { headers: { 'webhook-signature': NOTHING }, expected: 'headers_missing' },
  'webhook-signature is none': { headers: { 'webhook-signature': 'this is no signature' }, expected: 'signature_mismatch' },
  'webhook-signature is of another version': { headers: { 'webhook-signature': 'v1a,AAAA' }, expected: 'signature_mismatch' },
  'webhook-signature is there twice': { headers: { 'webhook-signature': ['v1,AAAA', 'v1,BBBB'] }, expected: 'headers_repeated' },
  'webhook-timestamp is no number': { headers: { 'webhook-timestamp': '2026-11-21T10:00:00Z' }, expected: 'timestamp_malformed' },

  'the body is another': { body: BODY.replace('"1"', '"2"'), expected: 'signature_mismatch' },
  'the id is another': { headers: { 'webhook-id': 'msg_2' }, expected: 'signature_mismatch' },
  'the time is another': { headers: { 'webhook-timestamp': String(SENT_AT + 1) }, expected: 'signature_mismatch' },
  'the key is another': { signedWith: [FOREIGN], expected: 'signature_mismatch' },
  'nobody knows a key': { verifiedWith: [''], expected: 'secret_not_configured' },

  'it was signed ten minutes ago': { signedAt: SENT_AT - 600, expected: 'timestamp_too_old' },
  'it was signed in ten minutes': { signedAt: SENT_AT + 600, expected: 'timestamp_too_new' },
  'it is at the end of the window': { signedAt: SENT_AT - 300, expected: 'ok' },
  'it is behind the window': { signedAt: SENT_AT - 301, expected: 'timestamp_too_old' },
  'it is at the beginning of the window': { signedAt: SENT_AT + 300, expected: 'ok' },
  'it is before the window': { signedAt: SENT_AT + 301, expected: 'timestamp_too_new' },
  'it is replayed within the window': { after: 299, expected: 'ok' },
  'it is replayed an hour later': { after: 3_600, expected: 'timestamp_too_old' },
  'it is replayed an hour later with the time of now': { after: 3_600, headers: { 'webhook-timestamp': String(SENT_AT + 3_600) }, expected: 'signature_mismatch' },

  'the sender has rotated already, the destination not yet': { signedWith: [CURRENT, PREVIOUS], verifiedWith: [PREVIOUS], expected: 'ok' },
  'the destination has rotated already, the sender not yet': { signedWith: [PREVIOUS], verifiedWith: [CURRENT, PREVIOUS], expected: 'ok' },
  'both have, and keep the previous one': { signedWith: [CURRENT, PREVIOUS], verifiedWith: [CURRENT, PREVIOUS], expected: 'ok' },
  'the destination has removed the previous one': { signedWith: [PREVIOUS], verifiedWith: [CURRENT], expected: 'signature_mismatch' },
  'the sender has removed the previous one': { signedWith: [CURRENT], verifiedWith: [PREVIOUS], expected: 'signature_mismatch' },

  'the body is byte for byte what was sent': { body: BODY, expected: 'ok' },
  'the body was parsed and written again': { body: JSON.stringify(JSON.parse(BODY)), expected: 'signature_mismatch' },
  'the body has one more line feed': { body: `${BODY}\n`, expected: 'signature_mismatch' },
  'the body was spelled without escapes': { body: BODY.replace('\\u00fc', 'ü'), expected: 'signature_mismatch' },
};

it.each(Object.entries(vectors))('%s', (_name, vector) => expect(verdictOf(vector)).toBe(vector.expected));

it('there is a vector for each diagnosis', () => {
  const expected = new Set(Object.values(vectors).map((vector) => vector.expected));
  expect(Object.keys(signatureDiagnoses).filter((code) => !expected.has(code as SignatureDiagnosis))).toEqual([]);
});

function verdictOf({ signedWith = [CURRENT], signedAt = SENT_AT, body = BODY, headers = {}, verifiedWith = [CURRENT], after = 0 }: Vector): Vector['expected'] {
  const signature = sign({ secrets: signedWith, webhookId: 'msg_1', timestamp: signedAt, body: Buffer.from(BODY) });
  const sent = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(signedAt), 'webhook-signature': signature ?? '' };
  const verification = verifySigned(verifiedWith, delivery(body, { headers: { ...sent, ...headers }, receivedAt: new Date((SENT_AT + after) * 1000) }));
  return verification.ok ? 'ok' : verification.code;
}
