// The load generator, a process of its own: unique message_sent deliveries at a fixed concurrency, for a fixed time or a
// fixed number.
import autocannon from 'autocannon';

const { url, path = '/hooks/bench', connections, seconds, amount, run } = JSON.parse(process.argv[2]);
const authorization = `Basic ${Buffer.from('hook:benchpassword').toString('base64')}`;
const acknowledged = [];
/** CometChat waits this long for an answer; what comes later is as good as lost. */
const PATIENCE_MS = 2000;
let late = 0;
let sequence = 0;

const entity = (uid, name) => ({
  entity: { uid, name, avatar: `https://assets.example.com/${uid}.webp`, status: 'available', role: 'default', lastActiveAt: 1795226400 },
  entityType: 'user',
});

function body() {
  const id = `${run}-${sequence++}`;
  return JSON.stringify({
    trigger: 'message_sent',
    data: {
      message: {
        id,
        conversationId: 'ada_user_grace',
        sender: 'ada',
        receiverType: 'user',
        receiver: 'grace',
        category: 'message',
        type: 'text',
        data: {
          text: 'Shall we look at the numbers again tomorrow, before the others come in?',
          entities: { sender: entity('ada', 'Ada Lovelace'), receiver: entity('grace', 'Grace Hopper') },
        },
        sentAt: 1795226453,
        updatedAt: 1795226453,
      },
    },
    appId: 'bench-app',
    region: 'eu',
    webhook: 'bench',
  });
}

const running = autocannon({
  url,
  connections,
  timeout: 60,
  ...(amount === undefined ? { duration: seconds } : { amount }),
  requests: [
    {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', authorization },
      setupRequest: (request) => ({ ...request, body: body() }),
      onResponse: (status, answer) => {
        if (status === 200) acknowledged.push(JSON.parse(answer).events?.[0].id);
      },
    },
  ],
});
running.on('response', (_client, _status, _bytes, milliseconds) => {
  if (milliseconds > PATIENCE_MS) late += 1;
});
const result = await running;

process.send({
  bytes: body().length,
  requestsPerSecond: result.requests.average,
  p50: result.latency.p50,
  p99: result.latency.p99,
  max: result.latency.max,
  late,
  failed: result.non2xx + result.errors + result.timeouts,
  acknowledged,
});
