import { providers } from '../../providers';
import type { ProviderName } from '../../providers';
import type { Sample } from '../../providers/provider';
import { receive } from '../../providers/receive';
import type { Verdict } from '../../providers/verdict';
import { sampleDelivery } from '../support/delivery';

/** Text of about `size` characters, put together of as many parts as that takes. */
function parts(size: number, part: (index: number) => string): string {
  const found: string[] = [];
  for (let length = 0, index = 0; length < size - 64; index++) {
    const next = part(index);
    found.push(next);
    length += next.length + 1;
  }
  return found.join(',');
}

const nest = (levels: number, open: string, inside: string, close: string): string => open.repeat(levels) + inside + close.repeat(levels);

/** JSON texts of about `size` bytes, each the worst for something. */
export const values: Readonly<Record<string, (size: number) => string>> = {
  'an object with many keys': (size) => `{${parts(size, (index) => `"k${index}":0`)}}`,
  'an object with many keys, one of them twice': (size) => `{${parts(size - 8, (index) => `"k${index}":0`)},"k0":0}`,
  'an object with one key again and again': (size) => `{${parts(size, (index) => `"token":${index % 10}`)}}`,
  'an object of secrets': (size) => `{${parts(size, (index) => `"access_token_${index}_token":"x"`)}}`,
  'a list with many items': (size) => `[${parts(size, () => '[0]')}]`,
  'a string of escaped quotes': (size) => `"${'\\"'.repeat(size / 2 - 32)}"`,
  'a string of backslashes': (size) => `"${'\\\\'.repeat(size / 2 - 32)}"`,
  'a URL with many secrets': (size) => `"https://a.example/?${'token=x&'.repeat(size / 8)}"`,
  'a URL that is all marks': (size) => `"${'?a'.repeat(size / 2)}"`,
  'a number of many digits': (size) => '9'.repeat(size),
  'a number of many zeros': (size) => `1.${'0'.repeat(size)}1`,
  'many exact numbers': (size) => `[${parts(size, (index) => `1234567890123456${index % 10}`)}]`,
  'a name that is all separators': (size) => `"${':_ '.repeat(size / 3)}x"`,
  'replies that quote one another': (size) => {
    const padding = `{"id":1,"text":"${'x'.repeat(size / 500 - 64)}","body":{"referenceMessage":`;
    return `{"body":{"referenceMessage":${nest(500, padding, '{}', '}}')}}}`;
  },
  'nesting without end': (size) => nest(Math.floor(size / 20), '{"referenceMessage":', '{}', '}'),
  'many people': (size) => `{${parts(size, (index) => `"u${index}":{"uid":"u${index}"}`)}}`,
};

/** An event of each provider, and the place in its body with which its reader does most. */
export const events: readonly (readonly [provider: ProviderName, event: string, place: readonly string[]])[] = [
  ['cometchat', 'message_sent', ['data', 'message', 'data', 'mentions']],
  ['cometchat', 'group_member_added', ['data', 'members']],
  ['sceyt', 'member.kicked', ['data', 'members']],
  ['spika', 'message.new', ['message', 'body']],
  ['skillmine', 'USER_CREATED', ['event_type']],
  ['cidaas', 'LOGIN_FAILURE', ['objectType']],
];

/** A sample's body as text, with another text in one place. */
export function withText(sample: Sample, path: readonly string[], text: string): string {
  const body = structuredClone(sample.body) as Record<string, unknown>;
  let here = body;
  for (const key of path.slice(0, -1)) here = here[key] as Record<string, unknown>;
  here[path.at(-1) ?? ''] = '%HERE%';
  return JSON.stringify(body).replace('"%HERE%"', () => text);
}

export function judge(name: ProviderName, sample: Sample, body: string): Promise<Verdict> {
  const guard = { scheme: 'none', because: 'A test of bodies.' } as const;
  return receive(providers[name], { id: 'limits', guard, redact: true, pings: true }, { ...sampleDelivery(sample), body: Buffer.from(body) });
}
