// A destination in fifty lines: registers itself with the receiver that runs here, checks the signature of each event
// that is forwarded with the Standard Webhooks library, prints the event, and takes itself off at the end.
//
//   npm run listener
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { parse } from 'yaml';

const { listen, admin } = parse(readFileSync(process.env.CHATHOOKS_CONFIG ?? 'chathooks.yaml', 'utf8'));
const api = `http://${listen?.host ?? '127.0.0.1'}:${listen?.port ?? 8080}/api/destinations/listener`;
const authorization = `Bearer ${admin.token}`;
const secret = `whsec_${randomBytes(24).toString('base64')}`;

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  try {
    const verified = new Webhook(secret).verify(body, request.headers);
    for (const event of Array.isArray(verified) ? verified : [verified]) {
      console.log(`verified ${request.headers['webhook-id']} ${event.type} ${event.data.message?.text ?? ''}`.trimEnd());
    }
    response.writeHead(204).end();
  } catch (error) {
    console.error(`refused: ${error.message}`);
    response.writeHead(401).end();
  }
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}/`;
  const answer = await fetch(api, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ url, secret, events: ['**'] }),
  }).catch((error) => ({ ok: false, text: async () => `${error.cause?.code ?? error.message}: is the receiver running?` }));
  if (!answer.ok) {
    console.error(`The receiver did not take the registration: ${await answer.text()}`);
    process.exit(1);
  }
  console.log(`listening on ${url}, registered as the destination "listener"`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    await fetch(api, { method: 'DELETE', headers: { authorization } }).catch(() => undefined);
    process.exit(0);
  });
}
