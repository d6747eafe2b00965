import { providers } from '../../providers';
import type { ProviderName } from '../../providers';
import type { SchemeName } from '../../providers/authentication/guard';
import type { AuthOffer, Provider } from '../../providers/provider';

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Gives as many random bytes as it is asked for. */
export type Random = (bytes: number) => Uint8Array;

interface Hint {
  /** What to do at the provider. */
  readonly todo: string;
  /** The header of the credential, where the scheme needs to be told. */
  readonly header?: string;
}

/** What the registry doesn't say. A provider without one gets a source all the same. */
const HINTS: Partial<Record<ProviderName, Hint>> = {
  cometchat: { todo: 'CometChat dashboard > Webhooks: switch Basic authentication on and enter this user name and password.' },
  sceyt: { todo: 'Sceyt dashboard > Webhooks: enter this secret. Other header, algorithm or encoding: header, algorithm, encoding.' },
  spika: { todo: 'Spika makes the signature itself, one for each webhook: put it here in place of this one.', header: 'Verification-Signature' },
  skillmine: { todo: 'Skillmine Auth > Settings > Webhook Settings: authentication by API key, with this key.' },
  cidaas: { todo: 'cidaas > Webhooks: authentication APIKEY, placeholder x-api-key, placement header, this key.', header: 'x-api-key' },
};

/** The schemes that a secret of our own making is enough for, as they are written. */
const WRITTEN: Partial<Record<SchemeName, (secret: string, header: string | undefined, usual: AuthOffer['headers']) => string>> = {
  basic: (secret) => `scheme: basic, username: chathooks, password: ${secret}`,
  hmac: (secret) => `scheme: hmac, secret: ${secret}`,
  header: (secret, header, [usual] = ['x-webhook-secret']) => `scheme: header, name: ${header ?? usual}, secret: ${secret}`,
  'api-key': (secret, header) => `scheme: api-key, in: header, ${header === undefined ? '' : `name: ${header}, `}secret: ${secret}`,
};

/** The text of a fresh chathooks.yaml: one source for each provider, every secret new. */
export function firstConfig(random: Random): string {
  const secret = (): string => randomText(random, 32);
  const sources = Object.values<Provider>(providers).map((provider) => sourceBlock(provider, secret(), HINTS[provider.name as ProviderName]));
  return `# Chathooks. Change what you like, then restart the receiver or send it SIGHUP.
# \${NAME} takes a value from the environment, \${NAME:-default} with a default.

listen: { host: 127.0.0.1, port: 8080 }
# publicUrl: https://hooks.example.com     # the URL under which the providers reach this receiver
store: sqlite:./data/chathooks.db

# Opens the inspector and the API. Keep it to yourself.
admin: { token: ${secret()} }

# limits: { bodyBytes: 1048576 }
# retention: { days: 30 }

# Each source is a URL of its own: /hooks/<id>. Remove those that you do not need.
# During a rotation, write secrets: [new, old] in place of secret or password.
sources:
${sources.join('\n')}
# Where events are forwarded to. Until there is one, they are kept and shown in the inspector.
# destinations:
#   - id: n8n
#     url: http://127.0.0.1:5678/webhook/chathooks
#     secret: whsec_${Buffer.from(random(24)).toString('base64')}      # signs what is forwarded (Standard Webhooks)
#     events: ["chat.message.*", "identity.**"]
#     sources: [${Object.keys(providers).slice(0, 2).join(', ')}]
`;
}

/**
 * A source in the file. Without a hint it says what the provider's own entry in the registry says.
 * @throws Error when each of its schemes needs more than a secret: {@link WRITTEN} has to learn one of them.
 */
export function sourceBlock({ name, title, docs, auth }: Provider, secret: string, { todo = `${title}: enter this secret at the provider. ${docs}`, header }: Partial<Hint> = {}): string {
  const offer = auth.find(({ scheme }) => WRITTEN[scheme] !== undefined);
  const written = offer === undefined ? undefined : WRITTEN[offer.scheme]?.(secret, header, offer.headers);
  if (written === undefined) throw new Error(`receiver/config/first-run.ts has no first source for ${name}: write one of its schemes (${auth.map(({ scheme }) => scheme).join(', ')}) there.`);
  return `  # ${todo}\n  - id: ${name}\n    provider: ${name}\n    auth: { ${written} }\n`;
}

/** Letters and digits only, so that it needs no quotes and fits every provider's form. Each is equally likely. */
function randomText(random: Random, length: number): string {
  const fairBelow = 256 - (256 % LETTERS_AND_DIGITS.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random(length - text.length)) if (byte < fairBelow) text += LETTERS_AND_DIGITS.charAt(byte % LETTERS_AND_DIGITS.length);
  }
  // "1e5" is a number to YAML, and so is a row of digits: with a letter in front it is text.
  return /^\d/.test(text) ? `k${text.slice(1)}` : text;
}
