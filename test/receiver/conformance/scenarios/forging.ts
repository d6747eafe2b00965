/*
 * 7 to 11: credentials that are missing, malformed, somebody else's, too old, or of another body.
 */
import type { Fault } from '../fault';
import { acknowledged, atEach, never, newMark, once, refused, settled } from '../judge';
import { deliver, signed, withProof } from '../sender';
import type { Request } from '../sender';
import type { Door, Parcel, Subject } from '../subject';
import type { Scenario } from './scenario';

export const forging: readonly Scenario[] = [
  { number: 7, name: 'no credentials', run: (subject) => forged(subject, (door, parcel) => [withProof(door, parcel)]) },
  { number: 8, name: 'malformed credentials', run: (subject) => forged(subject, (door, parcel) => [malformed(door, parcel)]) },
  { number: 9, name: 'credentials under a wrong key', run: (subject) => forged(subject, (door, parcel) => [signed(door, parcel, { key: 'wrong' })]) },
  { number: 10, name: 'credentials of another time', run: stale },
  { number: 11, name: 'a body that was changed after it was signed', run: changed },
];

/** Refused all alike, and without a trace: the real delivery of the same event is then a new one. */
function forged(subject: Subject, forge: (door: Door, parcel: Parcel) => readonly Request[]): Promise<readonly Fault[]> {
  return atEach(subject.doors, async (door) => {
    const mark = newMark();
    const parcel = door.fresh(mark);
    const answers = await Promise.all(forge(door, parcel).map((request) => deliver(subject, request)));
    await settled(subject);
    const trace = await never(subject, mark);
    const real = await deliver(subject, signed(door, parcel));
    await settled(subject);
    // Where the forgery got in, what follows is no news.
    const control = trace.length > 0 ? [] : [...acknowledged(real, { duplicate: false }), ...(await once(subject, mark))];
    return [...answers.flatMap((answer) => refused(answer, 401, 'unauthenticated')), ...trace, ...control];
  });
}

/** Each credential of the scheme is there, in its place, and is none. */
function malformed(door: Door, parcel: Parcel): Request {
  const { headers, query } = door.prove(parcel.body);
  const replaced = (values: Readonly<Record<string, string>>) => Object.fromEntries(Object.keys(values).map((name) => [name, door.malformed]));
  return withProof(door, parcel, { headers: replaced(headers), query: replaced(query) });
}

/** With a control inside the window on either side: a receiver that refuses everything old or new has no window. */
async function stale(subject: Subject): Promise<readonly Fault[]> {
  return atEach(
    subject.doors.filter(({ ages }) => ages !== undefined),
    async (door) => {
      const outside = await Promise.all((door.ages?.bad ?? []).map((age) => aged(subject, door, age)));
      const inside = await Promise.all((door.ages?.good ?? []).map((age) => aged(subject, door, age)));
      await settled(subject);
      const faults = outside.map(async ({ answer, mark }) => [...refused(answer, 401, 'unauthenticated'), ...(await never(subject, mark))]);
      const controls = inside.map(async ({ answer, mark }) => [...acknowledged(answer, { duplicate: false }), ...(await once(subject, mark))]);
      return (await Promise.all([...faults, ...controls])).flat();
    },
  );
}

async function aged(subject: Subject, door: Door, age: number) {
  const mark = newMark();
  return { mark, answer: await deliver(subject, signed(door, door.fresh(mark), { at: new Date(Date.now() + age) })) };
}

/** Also where the change leaves the JSON what it was: the bytes are what was signed. */
async function changed(subject: Subject): Promise<readonly Fault[]> {
  const signing = { ...subject, doors: subject.doors.filter(({ signsBody }) => signsBody) };
  return forged(signing, (door, parcel) => {
    const proof = door.prove(parcel.body);
    const text = Buffer.from(parcel.body).toString('utf8');
    const bodies = [text.replace('":"', '":"x'), `${text} `, text.replace('{"', '{ "'), text.replace('{"', '{"a":1,"'), `${text.slice(0, -1)},"a":1}`];
    return bodies.map((body) => withProof(door, { ...parcel, body: Buffer.from(body) }, proof));
  });
}
