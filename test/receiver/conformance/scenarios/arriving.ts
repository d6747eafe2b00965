/*
 * 1 to 4: deliveries that arrive, once or more often, in order or not.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../fault';
import { acknowledged, atEach, fault, newMark, once, settled } from '../judge';
import { deliver, send, signed } from '../sender';
import type { Parcel, Subject } from '../subject';
import type { Scenario } from './scenario';

/** CometChat gives an answer 2 s (fundamentals/webhooks-overview). More than that here, since the machine may be busy: a receiver that waits for its destination waits for ever. */
const PATIENCE_MS = 5_000;

const COPIES = 8;

export const arriving: readonly Scenario[] = [
  { number: 1, name: 'a single valid delivery', run: single },
  { number: 2, name: 'a duplicate after it', run: duplicate },
  { number: 3, name: 'duplicates at once', run: duplicatesAtOnce },
  { number: 4, name: 'a change before what it changes', run: outOfOrder },
];

/** It is answered while the destination keeps its own answer back, and whichever of its spellings the sender's JSON has. */
async function single(subject: Subject): Promise<readonly Fault[]> {
  const all = subject.doors.map((door) => ({ door, marks: [newMark(), newMark()] as const }));
  subject.ledger.turn('hold');
  const answers = await atEach(subject.doors, async (door) => {
    const [plain, respelled] = all.find((one) => one.door === door)?.marks ?? ['', ''];
    const both = [door.fresh(plain), spelledOtherwise(door.fresh(respelled))].map((parcel) => deliver(subject, signed(door, parcel)));
    const found = await Promise.race([Promise.all(both), wait(PATIENCE_MS, undefined, { ref: false })]);
    if (found === undefined) return [fault('late', 'no answer before that of the destination')];
    return found.flatMap((answer) => acknowledged(answer, { duplicate: false }));
  });
  subject.ledger.turn('answer');
  await settled(subject);
  if (answers.length > 0) return answers;
  return (await Promise.all(all.flatMap(({ marks }) => marks).map((mark) => once(subject, mark)))).flat();
}

async function duplicate(subject: Subject): Promise<readonly Fault[]> {
  return atEach(subject.doors, async (door) => {
    const mark = newMark();
    const parcel = door.fresh(mark);
    const first = await deliver(subject, signed(door, parcel));
    const second = await deliver(subject, signed(door, parcel));
    await settled(subject);
    return [...acknowledged(first, { duplicate: false }), ...acknowledged(second, { duplicate: true }), ...(await once(subject, mark))];
  });
}

/** All copies are there before the receiver looks at the first. */
async function duplicatesAtOnce(subject: Subject): Promise<readonly Fault[]> {
  const marks = new Map(subject.doors.map((door) => [door, newMark()]));
  await subject.freeze();
  const sendings = subject.doors.map((door) => {
    const parcel = door.fresh(marks.get(door) ?? '');
    return { door, copies: Array.from({ length: COPIES }, () => send(subject, signed(door, parcel))) };
  });
  await Promise.all(sendings.flatMap(({ copies }) => copies.map(({ written }) => written)));
  await subject.thaw(subject.doors.length * COPIES);
  const answers = await Promise.all(sendings.map(async ({ door, copies }) => ({ door, answers: await Promise.all(copies.map(({ answer }) => answer)) })));
  await settled(subject);
  return atEach(subject.doors, async (door) => {
    const found = answers.find((entry) => entry.door === door)?.answers ?? [];
    const news = found.filter(({ duplicates }) => duplicates.includes(false)).length;
    const told = news === 1 ? [] : [fault('answer', `${news} of ${COPIES} copies are said to be new`)];
    return [...found.flatMap((answer) => acknowledged(answer)), ...told, ...(await once(subject, marks.get(door) ?? ''))];
  });
}

/** No provider promises an order, and a retry breaks any: each is taken as it comes. */
async function outOfOrder(subject: Subject): Promise<readonly Fault[]> {
  return atEach(subject.doors, async (door) => {
    const marks = [newMark(), newMark()] as const;
    const [first, second] = door.pair(...marks);
    const answers = [await deliver(subject, signed(door, second)), await deliver(subject, signed(door, first))];
    await settled(subject);
    return [...answers.flatMap((answer) => acknowledged(answer, { duplicate: false })), ...(await once(subject, marks[0])), ...(await once(subject, marks[1]))];
  });
}

/** The same JSON in other bytes: white space, and an escape where none is needed. */
function spelledOtherwise({ headers, body }: Parcel): Parcel {
  const text = Buffer.from(body).toString('utf8');
  return { headers, body: Buffer.from(`${text.replace('{"', '{ "').replace(/e(?=[^"]*"\s*:)/, '\\u0065')}\n`) };
}
