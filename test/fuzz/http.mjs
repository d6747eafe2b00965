/*
 * The receiver under fire: raw bytes over sockets to a process of its own, guided by which blocks they reach in it.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCorpus } from './corpus.mjs';
import { request, sources, KNOWN, STRANGER } from './grammar.mjs';
import { dictionaryOf, mutateJson, mutateText } from './mutate.mjs';
import { shrink } from './shrink.mjs';

/** Connections at a time, and how many before the receiver is looked after. */
const AT_A_TIME = 16;
const INPUTS_PER_LOOK = 64;

/** A connection whose other half has ended has to be closed within this. */
const LONGEST_MS = 10_000;

/** Silence after which nothing more is expected of a connection. */
const SILENCE_MS = 40;

/** Each try at a smaller input takes a receiver of its own. */
const MOST_TRIES = 40;

const TOKEN = 'a-token-for-the-fuzzer';
const DOCUMENTED = new Set([100, 200, 400, 401, 404, 405, 408, 413, 415, 417, 422, 431]);

/**
 * Fuzzes until the deadline, and looks then at what is in the store. Returns what was done, and the first fault if there is one.
 * @param store the URL of an empty store.
 */
export async function fuzzHttp({ chance, deadline, folder, store, samples }) {
  const receiver = await startReceiver(store);
  const corpus = createCorpus(Array.from({ length: 40 }, (_, index) => make(chance, index % 2 === 0, samples)), folder, chance);
  const dictionary = dictionaryOf(samples.map((sample) => JSON.stringify(sample)));
  const acknowledged = new Set();
  let inputs = 0;
  let recent = [];
  let total = { reached: 0, named: 0 };
  try {
    while (Date.now() < deadline) {
      const batch = Array.from({ length: INPUTS_PER_LOOK }, () => next(corpus, chance, samples, dictionary));
      for (let at = 0; at < batch.length; at += AT_A_TIME) {
        const together = batch.slice(at, at + AT_A_TIME);
        const faults = await Promise.all(together.map((input) => faultOf(receiver, input, acknowledged)));
        inputs += together.length;
        // What ends a process may have been sent some time before it does.
        recent = [...together, ...recent].slice(0, INPUTS_PER_LOOK);
        const fault = faults.find((found) => found !== undefined);
        if (fault !== undefined) return { inputs, coverage: total, fault: await report(recent, fault) };
      }
      const wrong = await control(receiver, acknowledged);
      if (wrong !== undefined) return { inputs, coverage: total, fault: await report(recent, wrong) };
      const found = await receiver.coverage();
      total = found.total;
      if (found.fresh > 0) for (const input of batch) corpus.add(input);
    }
    const fault = (await storeFault(receiver, acknowledged)) ?? receiver.logFault();
    return { inputs, coverage: total, acknowledged: acknowledged.size, ...(fault === undefined ? {} : { fault }) };
  } finally {
    await receiver.end();
  }
}

/** An input: bytes as Latin-1, and whether they carry credentials. One never turns into the other. */
function make(chance, isKnown, samples) {
  const bodyOf = (mark) => JSON.stringify({ ...chance.pick(samples), mark, trigger: 'message_sent', event_id: mark });
  return { isKnown, bytes: Array.from({ length: 1 + chance.few(4) }, () => request(chance, isKnown, bodyOf)).join('') };
}

function next(corpus, chance, samples, dictionary) {
  if (chance.onceIn(2)) {
    const isKnown = chance.onceIn(2);
    const bodyOf = (mark) => {
      const body = chance.onceIn(2) ? mutateText(JSON.stringify(chance.pick(samples)), chance, dictionary) : mutateJson(chance.pick(samples), chance, dictionary);
      return body.replace(/^\s*\{/, `{"mark":${JSON.stringify(mark)},"event_id":${JSON.stringify(mark)},`).replace(/,\}$/, '}');
    };
    return { isKnown, bytes: Array.from({ length: 1 + chance.few(6) }, () => request(chance, isKnown, bodyOf)).join('') };
  }
  const { isKnown, bytes } = corpus.pick();
  const changed = mutateText(bytes, chance, dictionary).slice(0, 200_000);
  return { isKnown, bytes: changed };
}

async function startReceiver(store) {
  const options = { listen: { port: 0 }, store, admin: { token: TOKEN }, limits: { bodyBytes: 262_144 }, sources };
  const child = fork(new URL('receiver.mjs', import.meta.url), [JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let log = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log = (log + chunk).slice(-2_000_000)));
  child.on('exit', () => (ended = true));
  const started = await Promise.race([once(child, 'message').then(([message]) => message), once(child, 'exit').then(() => undefined)]);
  if (started === undefined) throw new Error(`The receiver did not start:\n${log}`);
  return {
    url: started.url,
    port: Number(new URL(started.url).port),
    isAlive: () => !ended,
    log: () => log,
    async coverage() {
      child.send('look');
      const [message] = await once(child, 'message');
      return message;
    },
    /** What the log should not hold. */
    logFault() {
      if (/canary/.test(log)) return 'The log holds a secret.';
      const line = log.split('\n').find((one) => one.includes('"level":"error"'));
      return line === undefined ? undefined : `The log holds an error: ${line}`;
    },
    async end() {
      if (ended) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** What is wrong with how an input is answered; undefined when nothing is. */
async function faultOf(receiver, { isKnown, bytes }, acknowledged) {
  const { answer, isClosed } = await talk(receiver.port, Buffer.from(bytes, 'latin1'));
  if (!receiver.isAlive()) return `The receiver ended:\n${receiver.log().slice(-4_000)}`;
  if (!isClosed) return `The connection was neither answered nor closed within ${LONGEST_MS} ms.`;
  if (/canary/.test(answer)) return 'An answer holds a secret.';
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  const odd = statuses.find((status) => !DOCUMENTED.has(status));
  if (odd !== undefined) return `A status that is not documented: ${odd}`;
  for (const [, receipt] of answer.matchAll(/(\{"received":true,"events":\[.*?\]\})/g)) {
    const { events } = JSON.parse(Buffer.from(receipt, 'latin1').toString('utf8'));
    if (!isKnown && events.length > 0) return 'A stranger was told that his event is kept.';
    for (const { id } of events) acknowledged.add(id);
  }
  return receiver.logFault();
}

/** Sends everything, waits for silence, ends its own half, and waits for the other side to do the same. */
function talk(port, bytes) {
  return new Promise((resolve) => {
    let answer = '';
    let silence;
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, listen));
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.end(), SILENCE_MS);
    };
    const alarm = setTimeout(() => {
      socket.destroy();
      resolve({ answer, isClosed: false });
    }, LONGEST_MS);
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      listen();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(silence);
      clearTimeout(alarm);
      resolve({ answer, isClosed: true });
    });
  });
}

let controls = 0;

/** A valid delivery after all that: what is wrong with its answer. */
async function control(receiver, acknowledged) {
  const headers = { authorization: `Basic ${Buffer.from('hook:canary-basic').toString('base64')}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ trigger: 'message_sent', data: { message: { id: `${KNOWN}${++controls}`, updatedAt: 1795226453 } }, webhook: 'control' });
  try {
    const answer = await fetch(`${receiver.url}/hooks/chat`, { method: 'POST', headers, body, signal: AbortSignal.timeout(LONGEST_MS) });
    if (answer.status !== 200) return `A valid delivery was answered with ${answer.status}.`;
    for (const { id } of (await answer.json()).events) acknowledged.add(id);
    return undefined;
  } catch (error) {
    return receiver.isAlive() ? `A valid delivery was not answered: ${error}` : `The receiver ended:\n${receiver.log().slice(-4_000)}`;
  }
}

/** The store holds everything that was acknowledged, and nothing of a stranger's. */
async function storeFault(receiver, acknowledged) {
  const missing = new Set(acknowledged);
  for (let before; ; ) {
    const page = await (await fetch(`${receiver.url}/api/events?limit=200${before === undefined ? '' : `&before=${before}`}`, { headers: { authorization: `Bearer ${TOKEN}` } })).json();
    for (const { event } of page.events) {
      missing.delete(event.id);
      if (JSON.stringify(event).includes(STRANGER)) return `The store holds an event of a stranger: ${event.id}`;
    }
    if (page.next === undefined) break;
    before = page.next;
  }
  return missing.size === 0 ? undefined : `${missing.size} acknowledged events are not in the store, ${[...missing][0]} among them.`;
}

/** Runs an input against a receiver of its own. */
async function alone(input) {
  const folder = mkdtempSync(join(tmpdir(), 'chathooks-fuzz-'));
  const receiver = await startReceiver(`sqlite:${join(folder, 'store.db')}`);
  try {
    // The log comes through a pipe: by the time of the control it is there.
    return (await faultOf(receiver, input, new Set())) ?? (await control(receiver, new Set())) ?? receiver.logFault();
  } finally {
    await receiver.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of the latest inputs finds the one that does it alone, and makes it smaller. */
async function report(recent, fault) {
  for (const input of recent) {
    const found = await alone(input);
    if (found !== undefined) return reportOne(input, found);
  }
  return `${fault}\n\nNo single one of the last ${recent.length} inputs does it alone: run it again with the same seed.`;
}

async function reportOne(input, fault) {
  const isSame = async (bytes) => (await alone({ ...input, bytes }))?.slice(0, 30) === fault.slice(0, 30);
  const bytes = await shrink(input.bytes, isSame, MOST_TRIES);
  return `${fault}\n\nit('is answered', async () => {\n  const answers = await exchange(receiver.port, Buffer.from(${JSON.stringify(bytes)}, 'latin1'), { end: true });\n  for (const { status } of answers) expect(status).toBeLessThan(500);\n});`;
}
