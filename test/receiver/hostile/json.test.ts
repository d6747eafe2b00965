import { engines } from '../engines';
import { message, messageOfSize, messageWith } from './support/bodies';
import { target } from './support/target';
import type { Expected, Shown } from './support/target';

const body = (): string => JSON.stringify(message());

describe.each(engines)('JSON values, over $name', (engine) => {
  const attacked = target(engine);

  it.each<[string, string, Expected]>([
    ['nothing', '', '400 empty_body'],
    ['white space', ' \r\n\t', '400 empty_body'],
    ['null', 'null', '400 not_an_object'],
    ['true', 'true', '400 not_an_object'],
    ['a number', '1', '400 not_an_object'],
    ['a large number', '9007199254740993', '400 not_an_object'],
    ['a string', '"x"', '400 not_an_object'],
    ['an empty list', '[]', '400 not_an_object'],
    ['a list of events', `[${body()},${body()}]`, '400 not_an_object'],
    ['a JSON text in a string', JSON.stringify(body()), '400 not_an_object'],
    ['two objects', `${body()}${body()}`, '400 invalid_json'],
    ['lines of objects', `${body()}\n${body()}\n`, '400 invalid_json'],
    ['a comment behind it', '{"a":1} // x', '400 invalid_json'],
    ['a comment in it', '{/* x */"a":1}', '400 invalid_json'],
    ['a trailing comma', '{"a":1,}', '400 invalid_json'],
    ['a trailing comma in a list', '{"a":[1,]}', '400 invalid_json'],
    ['NaN', '{"a":NaN}', '400 invalid_json'],
    ['Infinity', '{"a":Infinity}', '400 invalid_json'],
    ['-Infinity', '{"a":-Infinity}', '400 invalid_json'],
    ['undefined', '{"a":undefined}', '400 invalid_json'],
    ['a leading zero', '{"a":01}', '400 invalid_json'],
    ['a leading zero before many digits', `{"a":0${'1'.repeat(30)}}`, '400 invalid_json'],
    ['a plus', '{"a":+1}', '400 invalid_json'],
    ['a point without digits', '{"a":1.}', '400 invalid_json'],
    ['an exponent without digits', '{"a":12345678901234567890e}', '400 invalid_json'],
    ['a hexadecimal number', '{"a":0x10}', '400 invalid_json'],
    ['a number with separators', '{"a":1_000}', '400 invalid_json'],
    ['a large integer of JavaScript', '{"a":9007199254740993n}', '400 invalid_json'],
    ['single quotes', "{'a':1}", '400 invalid_json'],
    ['a key without quotes', '{a:1}', '400 invalid_json'],
    ['an unknown escape', '{"a":"\\x41"}', '400 invalid_json'],
    ['half an escape', '{"a":"\\u12"}', '400 invalid_json'],
    ['a string without end', '{"a":"', '400 invalid_json'],
    ['a string that ends in a backslash', '{"a":"\\', '400 invalid_json'],
    ['half of it', '{"trigger":"message_sent","data":', '400 invalid_json'],
    ['a closing bracket too many', '{"a":1}}', '400 invalid_json'],
    ['brackets that do not match', '{"a":[}]', '400 invalid_json'],
    ['a form', 'payload=%7B%7D', '400 invalid_json'],
    ['a web page', '<!doctype html>', '400 invalid_json'],
    ['a guard against inclusion', ")]}',\n{}", '400 invalid_json'],
  ])('%s is a 400', (_name, text, known) => attacked.expect({ body: text }, '401 unauthenticated', known));

  it.each<[string, string]>([
    ['an empty object, of which nothing is known', '{}'],
    ['white space around it', ` \r\n\t${body()} \n`],
  ])('%s is an object', (_name, text) => attacked.expect({ body: text }, '401 unauthenticated', '200'));

  it.each([
    ['2^53 + 1', '9007199254740993', '9007199254740993'],
    ['-(2^53 + 1)', '-9007199254740993', '-9007199254740993'],
    ['a 64-bit id', '18446744073709551615', '18446744073709551615'],
    ['a number of 40 digits', '1'.repeat(40), '1'.repeat(40)],
    ['1e400, which is no double', '1e400', '1e400'],
    ['1e-400, which is none either', '1e-400', '1e-400'],
    ['1e1000000000', '1e1000000000', '1e1000000000'],
    ['a decimal of many digits', '0.10000000000000000555', '0.10000000000000000555'],
    ['1e200000', '1e200000', '1e200000'],
  ])('%s is kept exact, as a string', async (_name, written, kept) => {
    await attacked.expect({ body: messageWith(written, { odd: '@' }) }, '401 unauthenticated', '200');
    expect(odd(await attacked.newest())).toBe(kept);
  });

  it.each([
    ['-0', '-0', 0],
    ['0.1', '0.1', 0.1],
    ['1.0', '1.0', 1],
    ['1e2', '1e2', 100],
    ['1E+2', '1E+2', 100],
    ['2^53 - 1', '9007199254740991', 9007199254740991],
    ['many zeros behind the point', `1.${'0'.repeat(400)}`, 1],
  ])('%s stays a number', async (_name, written, kept) => {
    await attacked.expect({ body: messageWith(written, { odd: '@' }) }, '401 unauthenticated', '200');
    expect(odd(await attacked.newest())).toEqual(kept);
  });
});

const odd = ({ event }: Shown): unknown => (event.data.raw as { data: { message: { odd: unknown } } }).data.message.odd;

const LIMIT = 1_048_576;
const LARGE = 4 * LIMIT;

const nested = (levels: number, open: string, close: string): string => `{"a":${open.repeat(levels - 1)}1${close.repeat(levels - 1)}}`;

describe.each(engines)('sizes, over $name', (engine) => {
  const attacked = target(engine, () => ({ limits: { bodyBytes: LARGE } }));
  const taken = (text: string) => attacked.expect({ body: text }, '401 unauthenticated', '200');

  it.each([
    ['65 levels of lists', nested(65, '[', ']')],
    ['65 levels of objects', nested(65, '{"a":', '}')],
    ['50,000 levels', nested(50_000, '[', ']')],
    ['400,000 levels', nested(400_000, '[', ']')],
    ['400,000 levels of objects', nested(400_000, '{"a":', '}')],
    ['400,000 levels that do not end', `{"a":${'['.repeat(400_000)}`],
    ['4,000,000 levels', '['.repeat(4_000_000)],
  ])('%s are a 400', (_name, text) => attacked.expect({ body: text }, '401 unauthenticated', '400 too_deep'));

  it('64 levels are taken', () => taken(nested(64, '[', ']')));
  it('brackets in a string are no levels', () => taken(JSON.stringify({ a: '['.repeat(100_000) })));

  it.each([
    ['3,000 replies that quote one another', 3_000, '400 too_deep'],
    ['500 of them', 500, '200'],
  ] as const)('%s, which Spika does not bound: %s', (_name, count, known) => {
    const text = `{"message":{"id":${count},"roomId":1,"body":${'{"referenceMessage":{"body":'.repeat(count)}{}${'}}'.repeat(count)}}}`;
    return attacked.expect({ path: '/hooks/room', body: text }, '401 unauthenticated', known);
  });

  it('a list of 1,000,000 items is taken', () => taken(messageWith(`[${'1,'.repeat(999_999)}1]`, {}, { extra: '@' })));
  it('100,000 keys are taken', () => taken(messageWith(`{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(',')}}`, {}, { extra: '@' })));
  it('100,000 keys that are the same are taken', () => taken(messageWith(`{${'"k":1,'.repeat(99_999)}"k":1}`, {}, { extra: '@' })));
  it('a key of 1 MB is taken', () => taken(messageWith(`{"${'k'.repeat(1_000_000)}":1}`, {}, { extra: '@' })));
  it('a key of 1 MB that occurs twice is taken', () => taken(messageWith(`{"${'k'.repeat(1_000_000)}":1,"${'k'.repeat(1_000_000)}":2}`, {}, { extra: '@' })));
  it('a string of 1 MB of escapes is taken', () => taken(messageWith(`"${'\\u0000'.repeat(160_000)}${'\\"'.repeat(20_000)}"`, {}, { extra: '@' })));

  it('a number of 1 MB of digits is taken, exact', async () => {
    const digits = '7'.repeat(1_000_000);
    await taken(messageWith(digits, { odd: '@' }));
    expect(odd(await attacked.newest())).toBe(digits);
  });

  it('the limit is taken', () => taken(messageOfSize(LARGE)));
  it('one byte less, too', () => taken(messageOfSize(LARGE - 1)));
  it('one byte more is a 413', () => attacked.expect({ body: messageOfSize(LARGE + 1) }, '401 unauthenticated', '413 body_too_large'));
});

describe.each(engines)('the usual limit, over $name', (engine) => {
  const attacked = target(engine);

  it('of 1 MiB is taken', () => attacked.expect({ body: messageOfSize(LIMIT) }, '401 unauthenticated', '200'));
  it.each([1, 1_000_000])('and %i bytes more are a 413', (more) => attacked.expect({ body: messageOfSize(LIMIT + more) }, '401 unauthenticated', '413 body_too_large'));
  it('and one byte more in chunks is a 413', async () => {
    const text = messageOfSize(LIMIT + 1);
    await attacked.expect({ headers: ['Transfer-Encoding: chunked'], body: `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n` }, '401 unauthenticated', '413 body_too_large');
  });
  it('and one byte more said in advance is a 413 to whoever is known, before it is there', async () => {
    const answer = await attacked.send({ headers: [`Content-Length: ${LIMIT + 1}`], body: messageOfSize(LIMIT + 1) }, true);
    expect(answer.status).toBe(413);
  });
  it('and 60 MB are a 413 or a closed door', async () => {
    const status = await attacked.send({ body: 'x'.repeat(60_000_000) }, true).then((answer) => answer.status, () => 413);
    expect(status).toBe(413);
  });
});
