// The mix of a bad day, a process of its own: deliveries at a steady rate, repeats, forgeries, bodies that are too large,
// senders that dribble, and every few seconds a wave of large deliveries that all come at once.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

const { url, seconds, rate } = JSON.parse(process.argv[2]);
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const run = Date.now().toString(36);

const RIGHT = `Basic ${Buffer.from('hook:soakpassword').toString('base64')}`;
const WRONG = `Basic ${Buffer.from('hook:wrong').toString('base64')}`;
const TICK_MS = 20;
const DRIBBLERS = 200;
const WAVE = 48;
const WAVE_EVERY_MS = 5_000;
const WAVE_BYTES = 1_000_000;

const acknowledged = [];
const slowly = [];
const counts = { sent: 0, duplicates: 0, refused: {}, broken: 0 };
let sequence = 0;
let isOver = false;

function body(text = 'Shall we look at the numbers again tomorrow, before the others come in?') {
  const id = `${run}-${sequence++}`;
  return JSON.stringify({ trigger: 'message_sent', data: { message: { id, conversationId: 'ada_user_grace', sender: 'ada', receiver: 'grace', receiverType: 'user', type: 'text', category: 'message', data: { text }, sentAt: 1795226453, updatedAt: 1795226453 } }, appId: 'soak-app', webhook: 'soak' });
}

/** Resolves to what was answered; never rejects. */
function post(path, text, headers = {}) {
  counts.sent += 1;
  return new Promise((resolve) => {
    const sending = request({ hostname, port, agent, method: 'POST', path, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), authorization: RIGHT, ...headers } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined).on('close', () => resolve(note(response.statusCode, Buffer.concat(chunks).toString('utf8'))));
    });
    sending.on('error', () => {
      counts.broken += 1;
      resolve(undefined);
    });
    sending.end(text);
  });
}

function note(status, text) {
  if (status === 200) return JSON.parse(text).events[0];
  const code = `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? '?'}`;
  counts.refused[code] = (counts.refused[code] ?? 0) + 1;
  return undefined;
}

async function deliver(path, kept) {
  const text = body();
  const event = await post(path, text);
  if (event !== undefined) kept.push(event.id);
  // One in twenty comes twice, as it does when an answer is lost.
  if (event === undefined || sequence % 20 !== 0) return;
  const again = await post(path, text);
  if (again?.duplicate === true) counts.duplicates += 1;
  else if (again !== undefined) throw new Error(`${event.id} was kept twice.`);
}

async function wave() {
  const kept = await Promise.all(Array.from({ length: WAVE }, () => post('/hooks/chat', body('x'.repeat(WAVE_BYTES)))));
  for (const event of kept) if (event !== undefined) acknowledged.push(event.id);
}

/** A byte a second, for as long as it is let; then once more. */
function dribble() {
  if (isOver) return;
  const socket = connect(Number(port), hostname, () => socket.write(`POST /hooks/chat HTTP/1.1\r\nHost: x\r\nAuthorization: ${RIGHT}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`));
  const drip = setInterval(() => socket.writable && socket.write(' '), 1_000);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1'))).on('error', () => undefined);
  socket.on('close', () => {
    clearInterval(drip);
    const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1];
    if (status !== undefined) note(Number(status), answer);
    setTimeout(dribble, 1_000);
  });
}

const startedAt = performance.now();
const underWay = new Set();
const begin = (promise) => {
  underWay.add(promise);
  void promise.finally(() => underWay.delete(promise));
};
let due = 0;
const beat = setInterval(() => {
  // By the clock and not by the beat, which is late whenever this process is busy; what is far too late is left out.
  const wanted = Math.min(((performance.now() - startedAt) / 1_000) * rate, due + rate);
  for (; due < wanted; due++) {
    begin(deliver('/hooks/chat', acknowledged));
    if (due % 4 === 0) begin(post('/hooks/chat', body(), { authorization: WRONG }));
    if (due % 20 === 0) begin(deliver('/hooks/trouble', slowly));
    if (due % 20 === 0) begin(post('/hooks/signed', body('x'.repeat(20_000)), { 'x-sceyt-signature': '0'.repeat(64) }));
    if (due % 100 === 0) begin(post('/hooks/chat', body('x'.repeat(1_500_000))));
  }
}, TICK_MS);
const waves = setInterval(() => begin(wave()), WAVE_EVERY_MS);
for (let count = 0; count < DRIBBLERS; count++) dribble();
const telling = setInterval(() => process.send({ acknowledged: acknowledged.length + slowly.length, ...counts }), 1_000);

setTimeout(async () => {
  isOver = true;
  clearInterval(beat);
  clearInterval(waves);
  await Promise.all(underWay);
  clearInterval(telling);
  process.send({ done: true, ids: { chat: acknowledged, trouble: slowly }, ...counts }, () => process.exit());
}, seconds * 1_000);
