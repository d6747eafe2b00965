/*
 * 12: from a sender that is who it says it is, and is broken.
 */
import type { Fault } from '../fault';
import { acknowledged, atEach, never, newMark, once, refused, settled } from '../judge';
import { deliver, signed } from '../sender';
import type { Request } from '../sender';
import type { Door, Parcel, Subject } from '../subject';
import type { Scenario } from './scenario';

export const malforming: readonly Scenario[] = [{ number: 12, name: 'a malformed body or content type', run: malformed }];

type Body = (text: string) => string | Uint8Array;

const BODIES: readonly (readonly [status: number, code: string, body: Body])[] = [
  [400, 'invalid_json', (text) => text.slice(0, -1)],
  [400, 'invalid_json', (text) => text.replace(':', ':,')],
  [400, 'invalid_json', (text) => `${text} // ${text}`],
  [400, 'not_an_object', (text) => `[${text}]`],
  [400, 'not_an_object', (text) => JSON.stringify(text)],
  [400, 'invalid_utf8', (text) => Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff]), Buffer.from('"}')])],
];

const CONTENT_TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'application/json, text/plain', 'multipart/form-data; boundary=x'];

/** Told what is wrong, in a 4xx: a 5xx would have it sent again for ever. And the next one is none the worse for it. */
async function malformed(subject: Subject): Promise<readonly Fault[]> {
  return atEach(subject.doors, async (door) => {
    const mark = newMark();
    const parcel = door.fresh(mark);
    const text = Buffer.from(parcel.body).toString('utf8');
    const bodies = await Promise.all(BODIES.map(async ([status, code, body]) => refused(await deliver(subject, signed(door, { ...parcel, body: Buffer.from(body(text)) })), status, code)));
    const types = await Promise.all([...CONTENT_TYPES.map((type) => typed(door, parcel, [type])), typed(door, parcel, []), typed(door, parcel, ['application/json', 'text/plain'])].map((request) => deliver(subject, request)));
    await settled(subject);
    const trace = await never(subject, mark);
    const control = await deliver(subject, signed(door, parcel));
    await settled(subject);
    return [...bodies.flat(), ...types.flatMap((answer) => refused(answer, 415)), ...trace, ...acknowledged(control, { duplicate: false }), ...(await once(subject, mark))];
  });
}

function typed(door: Door, parcel: Parcel, types: readonly string[]): Request {
  const request = signed(door, parcel);
  const others = request.headers.filter(([name]) => name !== 'content-type');
  return { ...request, headers: [...others, ...types.map((type) => ['content-type', type] as const)] };
}
