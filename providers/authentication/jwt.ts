import { constants, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { at } from '../fields';
import { isJsonObject } from '../json/json';
import type { JsonObject, JsonValue } from '../json/json';
import { parseJson } from '../json/parse';
import type { OAuth2Guard } from './guard';

/** Node takes 16 kB of headers altogether. */
const LONGEST_TOKEN = 16_384;

const DIGESTS = { RS256: 'sha256', RS384: 'sha384', RS512: 'sha512' } as const satisfies Record<OAuth2Guard['algorithm'], string>;

/** A token whose header was read and nothing more: its payload is not to be believed yet. */
export interface ParsedToken {
  readonly algorithm: JsonValue | undefined;
  readonly kid: string | undefined;
  readonly signed: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Takes a compact JWS apart. Undefined for anything else, a JWE and an extension that we don't understand included. */
export function parseToken(token: string): ParsedToken | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  const [header, payload, signature] = parts.map(decodePart);
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  const fields = parseObject(header);
  if (fields === undefined || !isUnderstood(fields)) return undefined;
  const kid = at(fields, 'kid');
  if (kid !== undefined && typeof kid !== 'string') return undefined;
  return { algorithm: at(fields, 'alg'), kid, signed: token.slice(0, token.lastIndexOf('.')), payload, signature };
}

/** True when the signature was made with the private half of `key`. */
export function verifySignature(token: ParsedToken, algorithm: OAuth2Guard['algorithm'], key: KeyObject): boolean {
  try {
    const padding = constants.RSA_PKCS1_PADDING;
    return verify(DIGESTS[algorithm], Buffer.from(token.signed), { key, padding }, token.signature);
  } catch {
    return false;
  }
}

/** The claims, for after the signature was verified. */
export function readClaims(token: ParsedToken): JsonObject | undefined {
  return parseObject(token.payload);
}

/** RFC 7515, section 4.1.11: an extension marked critical that is not understood makes the token invalid; `b64` (RFC 7797) changes what is signed. */
function isUnderstood(header: JsonObject): boolean {
  return at(header, 'crit') === undefined && at(header, 'b64') === undefined;
}

/**
 * Strict base64url: no padding, no white space, no other alphabet, no stray bits at the end. A token has one spelling,
 * so that nothing can be changed in it unnoticed.
 */
function decodePart(part: string): Uint8Array | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

/** RFC 7519, section 4, lets a reader refuse a name that occurs twice; anything else is for two readers to disagree about. */
function parseObject(bytes: Uint8Array): JsonObject | undefined {
  const parsed = parseJson(bytes);
  if (!parsed.ok || parsed.duplicateKeys.length > 0) return undefined;
  return isJsonObject(parsed.value) ? parsed.value : undefined;
}
