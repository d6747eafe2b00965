import { z } from 'zod';
import { fields, headerName, listed, oneOf, plainText, present, secretText, wanted, wholeNumber } from './fields';
import type { Report } from './fields';
import { didYouMean } from './nearest';
import { isRecord } from './record';
import { trustedAddress } from './urls';

type Values = Readonly<Record<string, unknown>>;

const secrets = z.array(secretText, { error: wanted('a list of secrets, the current one first') }).min(1, { error: 'is empty. Write at least one secret.' });
const place = oneOf(['header', 'query']).default('header');
const algorithm = oneOf(['sha1', 'sha256', 'sha512']);

const basic = fields(
  {
    scheme: z.literal('basic'),
    username: plainText('the user name').refine((name) => !name.includes(':'), { error: 'holds a colon, which Basic authentication cannot carry. Choose another user name.' }),
    password: secretText.optional(),
    secrets: secrets.optional(),
  },
  'a scheme and what it needs',
  (value, report) => exactlyOne(value, 'password', report),
).transform(({ password, secrets: several, ...rest }) => ({ ...rest, secrets: listed(password, several) }));

const header = fields(
  { scheme: z.literal('header'), name: headerName, secret: secretText.optional(), secrets: secrets.optional() },
  'a scheme and what it needs',
  oneSecret,
).transform(withList);

const apiKey = fields(
  { scheme: z.literal('api-key'), in: place, name: plainText('the name of the header or query field').optional(), secret: secretText.optional(), secrets: secrets.optional() },
  'a scheme and what it needs',
  (value, report) => {
    oneSecret(value, report);
    headerNameIn(value, report);
  },
).transform(withList);

const hmac = fields(
  {
    scheme: z.literal('hmac'),
    header: headerName.optional(),
    algorithm: algorithm.default('sha256'),
    encoding: oneOf(['hex', 'base64', 'auto']).default('auto'),
    prefix: z.string({ error: wanted('what stands before the signature, such as "sha256="') }).optional(),
    secret: secretText.optional(),
    secrets: secrets.optional(),
  },
  'a scheme and what it needs',
  oneSecret,
).transform(withList);

const totp = fields(
  {
    scheme: z.literal('totp'),
    in: place,
    name: plainText('the name of the header or query field'),
    algorithm: algorithm.default('sha1'),
    digits: wholeNumber(6, 8).default(6),
    period: wholeNumber(1, 3600).default(30),
    encoding: oneOf(['auto', 'base32', 'ascii', 'hex']).default('auto'),
    window: wholeNumber(0, 10).default(1),
    secret: secretText.optional(),
    secrets: secrets.optional(),
  },
  'a scheme and what it needs',
  (value, report) => {
    oneSecret(value, report);
    headerNameIn(value, report);
    keysAreWritten(value, report);
  },
).transform(({ period, encoding, ...rest }) => ({ ...withList(rest), periodSeconds: period, keyEncoding: encoding }));

const oauth2 = fields(
  {
    scheme: z.literal('oauth2'),
    issuer: trustedAddress('the issuer, exactly as the tokens name it, such as https://idp.example.com'),
    scopes: z.array(plainText('a scope'), { error: wanted('a list of scopes') }).default([]),
    audience: plainText('the audience that the tokens name').optional(),
    algorithm: oneOf(['RS256', 'RS384', 'RS512']).default('RS256'),
    clockTolerance: wholeNumber(0, 300).default(0),
    jwksUri: trustedAddress('the URL of the key set of the issuer').optional(),
  },
  'a scheme and what it needs',
  boundTokens,
).transform(({ clockTolerance, ...rest }) => present({ ...rest, clockToleranceSeconds: clockTolerance }));

const none = fields(
  {
    scheme: z.literal('none'),
    because: plainText('a sentence that says why nobody is asked for anything'),
  },
  'a scheme and what it needs',
);

const schemes = ['basic', 'header', 'api-key', 'hmac', 'totp', 'oauth2', 'none'] as const;

/** How a source's provider proves itself: as the file writes it, and out of it as the guard's words have it (config.ts). */
export const authSchema = z.discriminatedUnion('scheme', [basic, header, apiKey, hmac, totp, oauth2, none], {
  error: ({ code, input }) => (code === 'invalid_union' ? schemeMistake(input) : wanted('how the provider proves itself, such as { scheme: hmac, secret: "…" }')({ input })),
});

function schemeMistake(auth: unknown): string {
  const scheme = isRecord(auth) ? auth.scheme : undefined;
  return `${wanted(`one of: ${schemes.join(', ')}`)({ input: scheme })}${typeof scheme === 'string' ? didYouMean(scheme, schemes) : ''}`;
}

function withList<Written extends { readonly secret?: string | undefined; readonly secrets?: readonly string[] | undefined }>({ secret, secrets: several, ...rest }: Written) {
  return { ...present(rest), secrets: listed(secret, several) };
}

function oneSecret(value: Values, report: Report): void {
  exactlyOne(value, 'secret', report);
}

/** Two places for the secret would leave it open which one counts; none at all would admit nobody. */
function exactlyOne(value: Values, single: 'secret' | 'password', report: Report): void {
  const both = value[single] !== undefined && value.secrets !== undefined;
  if (both) report(['secrets'], `stands beside ${single}. Keep one of the two: ${single} for one, secrets for a rotation.`);
  else if (value[single] === undefined && value.secrets === undefined) report([single], `is missing. Write the ${single}, or secrets: [new, old] during a rotation.`);
}

/** Whoever signs in at the issuer holds some token of it: only one that is made out for this use may open the door. */
function boundTokens(value: Values, report: Report): void {
  const isUnbounded = value.scopes === undefined || (Array.isArray(value.scopes) && value.scopes.length === 0);
  if (isUnbounded && value.audience === undefined) report(['scopes'], 'is missing, and so is audience: any token of the issuer would do, that of each of its users too. Write the scopes or the audience of the provider\'s tokens.');
}

function headerNameIn(value: Values, report: Report): void {
  const isHeader = value.in === undefined || value.in === 'header';
  if (isHeader && typeof value.name === 'string' && value.name !== '' && !headerName.safeParse(value.name).success) {
    report(['name'], 'is not a header name. Write letters, digits and dashes, or set in: query.');
  }
}

/** A key in another encoding than the configured one never gives a right password. */
function keysAreWritten(value: Values, report: Report): void {
  const pattern = value.encoding === 'base32' ? /^[A-Z2-7\s-]+=*$/i : value.encoding === 'hex' ? /^(?:[0-9a-f]{2})+$/i : undefined;
  if (pattern === undefined) return;
  const listed: readonly unknown[] = Array.isArray(value.secrets) ? value.secrets : [];
  const keys: readonly { readonly path: readonly (string | number)[]; readonly key: unknown }[] = [
    { path: ['secret'], key: value.secret },
    ...listed.map((key, index) => ({ path: ['secrets', index], key })),
  ];
  for (const { path, key } of keys) {
    if (typeof key === 'string' && key !== '' && !pattern.test(key)) report(path, `is not written in ${String(value.encoding)}. Correct it, or set another encoding.`);
  }
}
