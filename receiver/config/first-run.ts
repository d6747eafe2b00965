const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Gives as many random bytes as it is asked for. */
export type Random = (bytes: number) => Uint8Array;

/** The text of a fresh chathooks.yaml: one source for each provider, every secret new. */
export function firstConfig(random: Random): string {
  const secret = (length: number): string => randomText(random, length);
  return `# Chathooks. Change what you like, then restart the receiver or send it SIGHUP.
# \${NAME} takes a value from the environment, \${NAME:-default} with a default.

listen: { host: 127.0.0.1, port: 8080 }
# publicUrl: https://hooks.example.com     # the URL under which the providers reach this receiver
store: sqlite:./data/chathooks.db

# Opens the inspector and the API. Keep it to yourself.
admin: { token: ${secret(32)} }

# limits: { bodyBytes: 1048576 }
# retention: { days: 30 }

# Each source is a URL of its own: /hooks/<id>. Remove those that you do not need.
# During a rotation, write secrets: [new, old] in place of secret or password.
sources:
  # CometChat dashboard > Webhooks: switch Basic authentication on and enter this user name and password.
  - id: cometchat
    provider: cometchat
    auth: { scheme: basic, username: chathooks, password: ${secret(32)} }

  # Sceyt dashboard > Webhooks: enter this secret. Other header, algorithm or encoding: header, algorithm, encoding.
  - id: sceyt
    provider: sceyt
    auth: { scheme: hmac, secret: ${secret(32)} }

  # Spika makes the signature itself, one for each webhook: put it here in place of this one.
  - id: spika
    provider: spika
    auth: { scheme: header, name: Verification-Signature, secret: ${secret(16)} }

  # Skillmine Auth > Settings > Webhook Settings: authentication by API key, with this key.
  - id: skillmine
    provider: skillmine
    auth: { scheme: api-key, in: header, secret: ${secret(32)} }

  # cidaas > Webhooks: authentication APIKEY, placeholder x-api-key, placement header, this key.
  - id: cidaas
    provider: cidaas
    auth: { scheme: api-key, in: header, name: x-api-key, secret: ${secret(32)} }

# Where events are forwarded to. Until there is one, they are kept and shown in the inspector.
# destinations:
#   - id: n8n
#     url: http://127.0.0.1:5678/webhook/chathooks
#     secret: ${secret(32)}      # signs what is forwarded (Standard Webhooks)
#     events: ["chat.message.*", "identity.**"]
#     sources: [cometchat, cidaas]
`;
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
