// The load generator, a process of its own: unique message_sent deliveries at a fixed concurrency for a fixed time.
import autocannon from 'autocannon';

const { url, connections, seconds, run } = JSON.parse(process.argv[2]);
const authorization = `Basic ${Buffer.from('hook:benchpassword').toString('base64')}`;
const acknowledged = [];
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

const result = await autocannon({
  url,
  connections,
  duration: seconds,
  requests: [
    {
      method: 'POST',
      path: '/hooks/bench',
      headers: { 'content-type': 'application/json', authorization },
      setupRequest: (request) => ({ ...request, body: body() }),
      onResponse: (status, answer) => {
        if (status === 200) acknowledged.push(JSON.parse(answer).events[0].id);
      },
    },
  ],
});

process.send({
  bytes: body().length,
  requestsPerSecond: result.requests.average,
  p50: result.latency.p50,
  p99: result.latency.p99,
  failed: result.non2xx + result.errors + result.timeouts,
  acknowledged,
});
