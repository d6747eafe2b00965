import { authenticate } from './authentication/authenticate';
import type { Authentication, Guard } from './authentication/guard';
import { envelop } from './envelope';
import { text } from './fields';
import { isJsonObject } from './json/json';
import type { JsonObject } from './json/json';
import { parseJson } from './json/parse';
import type { ParsedJson } from './json/parse';
import type { Delivery, Handshake, Provider, Reading } from './provider';
import { redact } from './redact';
import { refusalOf } from './refusals';
import type { RefusalCode } from './refusals';
import type { Issue, Verdict } from './verdict';

/** What a source asks of a delivery. */
export interface Source {
  /** The source's id: an event's `hook`. */
  readonly id: string;
  readonly guard: Guard;
  /** True: secrets that the payload carries are taken out of `raw`. */
  readonly redact: boolean;
  /** True: an authenticated ping becomes an event. */
  readonly pings: boolean;
}

const NO_BODY = new Uint8Array();

const UNREADABLE: Issue = { code: 'unreadable', path: '', message: 'The body could not be read. This is a bug: please report it with the shape of the body.' };

/** A ping is small. Nothing larger is parsed for somebody who has shown no credentials. */
const LARGEST_UNAUTHENTICATED_PING = 4_096;

/**
 * Authenticates by headers and query alone, so that a host need not read the body of a stranger. Undefined where that
 * can't be told without the body: it is signed, it may hold the credential, or it may be a ping that needs none.
 */
export async function admit(provider: Provider, { guard }: Source, delivery: Omit<Delivery, 'body'>): Promise<Authentication | undefined> {
  if (guard.scheme === 'hmac') return undefined;
  const admission = await authenticate(guard, { ...delivery, body: NO_BODY });
  const mayBeInBody = provider.credentialInBody !== undefined || provider.handshake !== undefined;
  return mayBeInBody && !admission.ok && admission.code === 'credentials_missing' ? undefined : admission;
}

/**
 * A delivery in, a verdict out. Pure but for an issuer's keys, total, never throws. The credentials are checked before
 * a byte of the body is parsed, with two exceptions that the providers force: a credential that stands in the body, and
 * a ping without credentials, which is answered and starts nothing.
 * @param admission what {@link admit} has found out already, if anything.
 */
export async function receive(provider: Provider, source: Source, delivery: Delivery, admission?: Authentication): Promise<Verdict> {
  const parsed = parseOnce(provider, delivery.body);
  const authentication = admission ?? (await authenticate(source.guard, delivery, (name) => {
    const body = provider.credentialInBody === undefined ? undefined : objectOf(parsed());
    return body === undefined ? undefined : provider.credentialInBody?.(body, name);
  }));
  if (!authentication.ok) {
    const ping = authentication.code === 'credentials_missing' ? unauthenticatedPing(provider, delivery, parsed) : undefined;
    if (ping !== undefined) return { kind: 'handshake', reply: ping.reply };
    return { kind: 'refused', code: refusalOf(authentication.code), diagnosis: authentication.code };
  }
  return read(provider, source, delivery, parsed());
}

function read(provider: Provider, source: Source, delivery: Delivery, parsed: ParsedJson): Verdict {
  const body = objectOf(parsed);
  const empty = !parsed.ok && parsed.code === 'empty_body';
  if (body === undefined && !empty) return refused(parsed.ok ? 'not_an_object' : parsed.code);
  const ping = provider.handshake?.(delivery, body);
  if (ping !== undefined && !source.pings) return { kind: 'handshake', reply: ping.reply };
  if (body === undefined && ping === undefined) return refused('empty_body');
  const repeatedKeys = parsed.ok ? parsed.duplicateKeys.map(repeatedKey) : [];
  return accept(provider, source, delivery, body ?? {}, ping, repeatedKeys);
}

function accept(
  provider: Provider,
  source: Source,
  delivery: Delivery,
  body: JsonObject,
  ping: Handshake | undefined,
  repeatedKeys: readonly Issue[],
): Verdict {
  const isSecretKey = source.redact ? provider.isSecretKey : undefined;
  const { value: raw, changed } = isSecretKey === undefined ? { value: body, changed: false } : redact(body, isSecretKey);
  const readings = ping === undefined ? readingsOf(provider, body, delivery) : [pingReading(provider, ping)];
  return {
    kind: 'accepted',
    events: envelop(readings ?? [unread(provider)], { provider, hook: source.id, delivery, raw }),
    issues: readings === undefined ? [...repeatedKeys, UNREADABLE] : repeatedKeys,
    parsed: body,
    // Of a repeated key only the last value was parsed and looked at: the bytes may hold a secret in an earlier one.
    redacted: changed || (isSecretKey !== undefined && repeatedKeys.length > 0),
  };
}

/** A normalizer has no reason to throw. Should one all the same, its bug costs an event its parts and not its life. */
function readingsOf(provider: Provider, body: JsonObject, delivery: Delivery): readonly Reading[] | undefined {
  try {
    return provider.read(body, delivery);
  } catch {
    return undefined;
  }
}

function unread(provider: Provider): Reading {
  return { type: `${provider.family}.unknown`, providerEvent: 'unknown', key: [undefined], data: {} };
}

/** A ping that its provider may send bare; one that shows credentials has to show the right ones. */
function unauthenticatedPing(provider: Provider, delivery: Delivery, parsed: () => ParsedJson): Handshake | undefined {
  if (provider.handshake === undefined || delivery.body.length > LARGEST_UNAUTHENTICATED_PING) return undefined;
  const result = parsed();
  const empty = !result.ok && result.code === 'empty_body';
  const body = objectOf(result);
  if (body === undefined && !empty) return undefined;
  const ping = provider.handshake(delivery, body);
  return ping?.unauthenticated === true ? ping : undefined;
}

function pingReading(provider: Provider, ping: Handshake): Reading {
  return { type: `${provider.family}.unknown`, providerEvent: text(ping.providerEvent) ?? 'ping', key: [undefined], repeatWindowSeconds: 300, data: {} };
}

function parseOnce(provider: Provider, body: Uint8Array): () => ParsedJson {
  let parsed: ParsedJson | undefined;
  return () => (parsed ??= parseJson(body, { unboundedNesting: provider.unboundedNesting }));
}

function objectOf(parsed: ParsedJson): JsonObject | undefined {
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined;
}

function refused(code: RefusalCode): Verdict {
  return { kind: 'refused', code };
}

function repeatedKey(path: string): Issue {
  return { code: 'duplicate_key', path, message: 'The key occurs twice; the last one counted.' };
}
