/*
 * 16: canaries. What was sent as a credential is nowhere afterwards; what people wrote is where events are kept, and not in logs.
 */
import type { Fault } from '../fault';
import { fault, newMark, settled } from '../judge';
import { deliver, signed, withProof } from '../sender';
import type { Answer, Request } from '../sender';
import type { Door, Subject } from '../subject';
import type { Scenario } from './scenario';

export const keepingSecrets: readonly Scenario[] = [{ number: 16, name: 'canaries', run: canaries }];

/** A shorter one occurs by chance: a one-time password in any time. */
const LEAST_LENGTH = 12;

async function canaries(subject: Subject): Promise<readonly Fault[]> {
  const mark = newMark();
  const requests = subject.doors.flatMap((door) => attempts(door, mark));
  const answers = await Promise.all(requests.map((request) => deliver(subject, request)));
  await settled(subject);
  // Where nothing was looked at, nothing can have leaked.
  const statuses = answers.map(({ status }) => status);
  const unmet = [200, 400, 401].filter((status) => statuses.filter((found) => found === status).length < subject.doors.length);
  const credentials = new Set([...subject.secrets, ...subject.doors.flatMap(({ secrets }) => secrets), ...requests.flatMap(credentialsIn)].filter((text) => text.length >= LEAST_LENGTH));
  const traces = [...(await subject.traces()), { name: 'the answers', text: textOf(answers), holdsEvents: false }, { name: 'the destination', text: subject.ledger.text(), holdsEvents: true }];
  const leaks = traces.flatMap(({ name, text, holdsEvents }) => [
    ...[...credentials].filter((credential) => spellings(credential).some((spelling) => text.includes(spelling))).map(() => fault('leak', `a credential is in ${name}`)),
    ...(!holdsEvents && text.includes(mark) ? [fault('leak', `what was written is in ${name}`)] : []),
  ]);
  return [...unmet.map((status) => fault('answer', `${status} was not answered at each door`)), ...leaks];
}

/** A delivery that is taken, a repeat, and each way of being refused. */
function attempts(door: Door, mark: string): readonly Request[] {
  const parcel = door.fresh(mark);
  const broken = { ...parcel, body: parcel.body.subarray(0, -1) };
  const wrongBody = { ...parcel, body: Buffer.from(`"${mark}"`) };
  const good = signed(door, parcel);
  const twice = { ...good, headers: [...good.headers, ...good.headers.filter(([name]) => name !== 'content-type')] };
  return [good, good, twice, withProof(door, parcel), signed(door, parcel, { key: 'wrong' }), signed(door, broken), signed(door, wrongBody)];
}

function credentialsIn({ path, headers }: Request): readonly string[] {
  const query = [...new URLSearchParams(path.split('?')[1] ?? '').values()];
  const named = headers.filter(([name]) => !/^(?:content-type|x-.+-event)$/.test(name)).map(([, value]) => value);
  return [...query, ...named].flatMap((value) => [value, ...value.split(' ').slice(1)]);
}

/** As it is, and as a database's dump or a URL would show it. */
function spellings(credential: string): readonly string[] {
  return [credential, encodeURIComponent(credential), Buffer.from(credential).toString('hex')];
}

function textOf(answers: readonly Answer[]): string {
  return answers.map(({ text }) => text).join('\n');
}
