// A destination in some lines: registers itself with the receiver that runs here, checks the signature of each event
// that is forwarded with the Standard Webhooks library, prints the event, and takes itself off at the end.
//
//   npm run listener
//
// CHATHOOKS_ADMIN_TOKEN is the receiver's admin token; without it, the one of the configuration is taken.
// CHATHOOKS_CONFIG is the receiver's configuration, chathooks.yaml unless set. PORT is where to listen, any free one unless set.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Webhook } from 'standardwebhooks';

const { url: base, token } = findReceiver(process.env.CHATHOOKS_CONFIG ?? 'chathooks.yaml');
const api = `${base}/api/destinations/listener`;
const authorization = `Bearer ${token}`;
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

server.on('error', (error) => end(`Port ${process.env.PORT} cannot be listened on (${error.code}). Set PORT to another one, or leave it out.`));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}/`;
  const registered = ask({ method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ url, secret, events: ['**'] }) });
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      // A registration that is on its way would come after its own end.
      await registered;
      const failure = await ask({ method: 'DELETE', headers: { authorization } });
      end(failure === undefined ? undefined : `The destination "listener" is still registered, and its events wait: ${failure}`);
    });
  }
  const failure = await registered;
  if (failure !== undefined) end(`The receiver did not take the registration: ${failure}`);
  console.log(`listening on ${url}, registered as the destination "listener"`);
});

/** Resolves to why the receiver did not do what was asked, if so. */
async function ask(request) {
  try {
    const answer = await fetch(api, request);
    if (answer.ok) return undefined;
    const told = (await answer.json().catch(() => ({}))).error?.message;
    return told ?? `another program answers at ${base} (HTTP ${answer.status}). Check CHATHOOKS_CONFIG.`;
  } catch (error) {
    return `it does not answer at ${base} (${error.cause?.code ?? error.message}). Start it with: npm start`;
  }
}

/** Reads no more of the configuration than is needed, and as the receiver does: what else it refers to need not be at hand. */
function findReceiver(path) {
  const { hideReferences, resolveReferences, secretFiles, readYaml, localUrl } = partsOfTheReceiver();
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    end(`There is no configuration to be read at ${path} (${error.code}). Start the receiver with npm start, or name its configuration with CHATHOOKS_CONFIG.`);
  }
  const yaml = readYaml(hideReferences(text));
  if (!yaml.ok) end(`${path}:${yaml.mistakes[0].line} ${yaml.mistakes[0].message}`);
  const valueOf = (written, name) => {
    if (typeof written !== 'string') return written;
    const resolved = resolveReferences(written, { environment: process.env, file: secretFiles(dirname(path)) });
    return resolved.ok ? resolved.value : end(`${path}: ${name} ${resolved.message}`);
  };
  const { listen, admin } = yaml.value ?? {};
  const host = valueOf(listen?.host, 'listen.host') ?? '127.0.0.1';
  const port = Number(valueOf(listen?.port, 'listen.port') ?? 8080);
  const token = process.env.CHATHOOKS_ADMIN_TOKEN ?? valueOf(admin?.token, 'admin.token') ?? end(`${path} has no admin.token. Set CHATHOOKS_ADMIN_TOKEN.`);
  return port > 0 ? { url: localUrl({ listen: { host, port } }), token } : end(`${path}: listen.port is not known before the receiver runs. Set one.`);
}

function partsOfTheReceiver() {
  const require = createRequire(import.meta.url);
  try {
    const parts = ['config/references', 'config/secret-file', 'config/yaml', 'cli/address'].map((part) => require(`../receiver/dist/receiver/${part}.js`));
    return Object.assign({}, ...parts);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    return end('The receiver is not built yet. Run: npm run build');
  }
}

function end(problem) {
  if (problem !== undefined) console.error(problem);
  process.exit(problem === undefined ? 0 : 1);
}
