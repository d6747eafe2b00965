/*
 * 5, 6, 13, 14, 15: senders and receivers that fail in the middle, and the retry that resolves it.
 */
import { until } from '../../../support/running';
import type { Fault } from '../fault';
import { acknowledged, atEach, countKept, fault, never, newMark, once, settled } from '../judge';
import { deliver, send, signed } from '../sender';
import type { Answer, Sending } from '../sender';
import type { Door, Parcel, Subject } from '../subject';
import type { Scenario } from './scenario';

export const breaking: readonly Scenario[] = [
  { number: 5, name: 'a time-out, then a retry', run: timeout },
  { number: 6, name: 'a failed connection, then a retry', run: noConnection },
  { number: 13, name: 'a restart between attempts', run: restart },
  { number: 14, name: 'a sender that dies behind its last byte', run: senderDies },
  { number: 15, name: 'a crash in the middle, then a duplicate', run: crash },
];

interface Sent {
  readonly door: Door;
  readonly mark: string;
  readonly parcel: Parcel;
}

/** The sender gives up on a receiver that stands still, and tries again when it is well. */
async function timeout(subject: Subject): Promise<readonly Fault[]> {
  const all = freshParcels(subject);
  await subject.freeze();
  const sendings = await sendAll(subject, all);
  for (const sending of sendings) sending.leave();
  await subject.thaw(all.length);
  await takenIn(subject, all);
  return retried(subject, all);
}

/** Nobody listens; then somebody does, and the connection breaks within the body. */
async function noConnection(subject: Subject): Promise<readonly Fault[]> {
  const all = freshParcels(subject);
  await subject.stop();
  const unreachable = await Promise.all(all.map(({ door, parcel }) => deliver(subject, signed(door, parcel))));
  await subject.start();
  await Promise.all(
    all.map(async ({ door, parcel }) => {
      // What has arrived by then is whole JSON already: only the length tells that there was to be more.
      const longer = { ...parcel, body: Buffer.concat([parcel.body, Buffer.from('    ')]) };
      const sending = send(subject, signed(door, longer), parcel.body.length + 2);
      await sending.written;
      sending.leave();
      await sending.answer;
    }),
  );
  await settled(subject);
  const partial = await each(all, ({ mark }) => never(subject, mark));
  const answered = unreachable.filter(({ status }) => status !== undefined).map(() => fault('answer', 'an answer from nobody'));
  return [...answered, ...partial, ...(await retried(subject, all, { duplicate: false }))];
}

/** However it ended: what was acknowledged is known to the next life. */
async function restart(subject: Subject): Promise<readonly Fault[]> {
  const all = freshParcels(subject);
  const first = await deliverAll(subject, all);
  await settled(subject);
  await subject.crash();
  await subject.start();
  const faults = first.flatMap((answer) => acknowledged(answer, { duplicate: false }));
  return [...faults, ...(await retried(subject, all, { duplicate: true }))];
}

/** Whether it arrived, nobody knows; the retry makes it so that it did, once. */
async function senderDies(subject: Subject): Promise<readonly Fault[]> {
  const all = freshParcels(subject);
  for (const sending of await sendAll(subject, all)) sending.leave();
  await takenIn(subject, all);
  return retried(subject, all);
}

async function crash(subject: Subject): Promise<readonly Fault[]> {
  return [...(await crashAfterEffect(subject)), ...(await crashBeforeEffect(subject))];
}

/** The destination has it, and the receiver doesn't live to hear so. */
async function crashAfterEffect(subject: Subject): Promise<readonly Fault[]> {
  const all = freshParcels(subject);
  subject.ledger.turn('hold');
  await sendAll(subject, all);
  await until(() => all.every(({ mark }) => subject.ledger.hasSeen(mark)));
  await subject.crash();
  await subject.ledger.cutOff();
  subject.ledger.turn('answer');
  await subject.start();
  return retried(subject, all);
}

/** The destination is down: for some it was tried, some are just acknowledged. These take effect without another word from the sender. */
async function crashBeforeEffect(subject: Subject): Promise<readonly Fault[]> {
  const [tried, untried] = [freshParcels(subject), freshParcels(subject)];
  subject.ledger.turn('refuse');
  const firstAnswers = await deliverAll(subject, tried);
  await until(() => tried.some(({ mark }) => subject.ledger.hasSeen(mark)));
  const answers = [...firstAnswers, ...(await deliverAll(subject, untried))];
  await subject.crash();
  await subject.ledger.cutOff();
  subject.ledger.turn('answer');
  await subject.start();
  await settled(subject);
  const known = [...tried, ...untried].filter((_one, index) => answers[index]?.status === 200);
  const outcomes = (await Promise.all([tried, untried].map((all) => each(all.filter((one) => known.includes(one)), ({ mark }) => once(subject, mark))))).flat();
  return outcomes.length > 0 ? outcomes : [...(await retried(subject, tried)), ...(await retried(subject, untried))];
}

function freshParcels({ doors }: Subject): readonly Sent[] {
  return doors.map((door) => {
    const mark = newMark();
    return { door, mark, parcel: door.fresh(mark) };
  });
}

/** Sends without waiting for answers. */
async function sendAll(subject: Subject, all: readonly Sent[]): Promise<readonly Sending[]> {
  const sendings = all.map(({ door, parcel }) => send(subject, signed(door, parcel)));
  await Promise.all(sendings.map(({ written }) => written));
  return sendings;
}

function deliverAll(subject: Subject, all: readonly Sent[]): Promise<readonly Answer[]> {
  return Promise.all(all.map(({ door, parcel }) => deliver(subject, signed(door, parcel))));
}

/** Waits for what a sender that has left can't be told. */
async function takenIn(subject: Subject, all: readonly Sent[]): Promise<void> {
  await until(async () => (await Promise.all(all.map(({ mark }) => countKept(subject, mark)))).every((kept) => kept > 0));
}

async function retried(subject: Subject, all: readonly Sent[], expected: { readonly duplicate?: boolean } = {}): Promise<readonly Fault[]> {
  const answers = await deliverAll(subject, all);
  await settled(subject);
  return [...answers.flatMap((answer) => acknowledged(answer, expected)), ...(await each(all, ({ mark }) => once(subject, mark)))];
}

function each(all: readonly Sent[], run: (sent: Sent) => Promise<readonly Fault[]>): Promise<readonly Fault[]> {
  return atEach(
    all.map(({ door }) => door),
    async (door) => {
      const sent = all.find((one) => one.door === door);
      return sent === undefined ? [] : run(sent);
    },
  );
}
