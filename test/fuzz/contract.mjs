/*
 * The contract under fire: bytes, headers and query of a delivery into a provider's normalizer, the JSON reader, the
 * verifiers, and the readers of texts beside them. In this process, guided by which blocks are reached.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verifySigned } from '../../receiver/dist/providers/authentication/standard-webhooks.js';
import { parseToken } from '../../receiver/dist/providers/authentication/jwt.js';
import { authenticate } from '../../receiver/dist/providers/authentication/authenticate.js';
import { providers } from '../../receiver/dist/providers/index.js';
import { parseJson } from '../../receiver/dist/providers/json/parse.js';
import { receive } from '../../receiver/dist/providers/receive.js';
import { schemaIssues } from '../../receiver/dist/receiver/ingest/schema-check.js';
import { Failure } from '../../receiver/dist/receiver/cli/failure.js';
import { readRecording } from '../../receiver/dist/receiver/cli/recording.js';
import { readConfig } from '../../receiver/dist/receiver/config/load.js';
import { ConfigError } from '../../receiver/dist/receiver/config/mistakes.js';
import { contentOf } from '../../receiver/dist/receiver/http/content.js';
import { startCoverage } from './coverage.mjs';
import { createCorpus } from './corpus.mjs';
import { dictionaryOf, mutateJson, mutateText } from './mutate.mjs';
import { shrink } from './shrink.mjs';

/** A look at the coverage costs as much as some dozens of inputs. */
const INPUTS_PER_LOOK = 64;

/** A body of some kilobytes that takes longer does not take linear time. */
const LONGEST_MS = 2_000;

const CANARY = 'canary-secret';
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const nobodyAsked = { scheme: 'none', because: 'Bodies are fuzzed.' };

const guards = [
  { scheme: 'basic', username: 'hook', secrets: [CANARY] },
  { scheme: 'header', name: 'x-secret', secrets: [CANARY] },
  { scheme: 'api-key', in: 'query', names: ['key'], secrets: [CANARY] },
  { scheme: 'hmac', headers: ['x-signature'], algorithm: 'sha256', encoding: 'auto', secrets: [CANARY] },
  { scheme: 'totp', in: 'header', name: 'x-otp', algorithm: 'sha1', digits: 8, periodSeconds: 30, keyEncoding: 'auto', window: 1, secrets: [CANARY] },
  { scheme: 'oauth2', issuer: 'https://issuer.example', scopes: [], algorithm: 'RS256', clockToleranceSeconds: 0, keys: { find: async () => ({ ok: false, code: 'token_unknown_key' }) } },
];

const CREDENTIALS = ['authorization: Basic aG9vazp4', 'authorization: Bearer e30.e30.e30', 'x-secret: x', 'x-signature: sha256=00', 'x-otp: 00000000', 'webhook-id: a', 'webhook-timestamp: 1795226453', 'webhook-signature: v1,AA==', 'x-sceyt-event: message.sent', 'x-github-delivery: 1'];

/** Samples as inputs: the provider's name, header lines, and the body as Latin-1, so that an input is any bytes and is JSON itself. */
function seedsOf(root) {
  return Object.keys(providers).flatMap((provider) => {
    const folder = join(root, 'providers', provider, 'samples');
    return readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => {
      const { headers = {}, body } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      return { provider, headers: Object.entries(headers).map(([key, value]) => `${key}: ${value}`), body: Buffer.from(JSON.stringify(body)).toString('latin1') };
    });
  });
}

/**
 * Fuzzes until the deadline. Returns what was done, and the first fault, shrunk, if there is one.
 * @param folder where inputs that led somewhere are kept; undefined: nowhere.
 */
export async function fuzzContract({ root, chance, deadline, folder }) {
  const coverage = startCoverage((url) => /\/receiver\/dist\/(?:providers|receiver\/(?:cli|config|http|ingest))\//.test(url));
  const seeds = seedsOf(root);
  const corpus = createCorpus(seeds, folder, chance);
  const dictionary = dictionaryOf(seeds.map(({ body }) => body));
  let inputs = 0;
  let batch = [];
  while (Date.now() < deadline) {
    const input = mutate(corpus.pick(), chance, dictionary);
    const fault = await faultOf(input);
    inputs++;
    if (fault !== undefined) return { inputs, coverage: coverage.total(), fault: await report(input, fault) };
    batch.push(input);
    if (batch.length < INPUTS_PER_LOOK) continue;
    if (coverage.look() > 0) for (const kept of batch) corpus.add(kept);
    batch = [];
  }
  coverage.look();
  return { inputs, coverage: coverage.total() };
}

function mutate(input, chance, dictionary) {
  const provider = chance.onceIn(10) ? chance.pick(Object.keys(providers)) : input.provider;
  const headers = chance.onceIn(4) ? [...input.headers, mutateText(chance.pick(CREDENTIALS), chance, dictionary)] : input.headers;
  const value = chance.onceIn(2) ? jsonOf(input.body) : undefined;
  const body = value === undefined ? mutateText(input.body, chance, dictionary) : Buffer.from(mutateJson(value, chance, dictionary)).toString('latin1');
  return { provider, headers: headers.slice(-6), body: body.slice(0, 20_000) };
}

function jsonOf(latin1) {
  try {
    return JSON.parse(Buffer.from(latin1, 'latin1').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** What is wrong with how an input is taken; undefined when nothing is. */
async function faultOf(input) {
  const startedAt = performance.now();
  try {
    await examine(input);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const ms = performance.now() - startedAt;
  return ms > LONGEST_MS ? new Error(`took ${Math.round(ms)} ms for ${input.body.length} bytes`) : undefined;
}

async function examine({ provider: name, headers: lines, body: latin1 }) {
  const provider = providers[name];
  const body = Buffer.from(latin1, 'latin1');
  const headers = headersOf(lines);
  const delivery = { headers, query: headers, body, receivedAt: new Date('2026-11-21T10:00:00.120Z') };
  const source = { id: 'hook', guard: nobodyAsked, redact: true, pings: true };
  examineParsing(body, provider);
  examineVerdict(await receive(provider, source, delivery), provider);
  await examineRepeat(provider, { ...source, redact: false }, delivery);
  for (const guard of lines.length === 0 ? [] : guards) {
    const { ok } = await authenticate(guard, delivery);
    if (ok) throw new Error(`${guard.scheme} admitted a stranger`);
  }
  await examineTwice(delivery);
  if (verifySigned([CANARY], delivery).ok) throw new Error('a signature that nobody made was admitted');
  for (const line of lines) parseToken(line.replace(/^[^:]*: (?:bearer )?/i, ''));
  contentOf(Object.fromEntries([...headers].map(([key, values]) => [key, values.join(', ')])), headers.get('content-type') ?? [], true);
  // Slow beside the rest: only now and then, by the input itself, so that a fault shows again.
  if (body.length % 16 === 0) examineText(body, latin1);
  if (Object.keys(Object.prototype).length > 0 || {}.polluted !== undefined) throw new Error('a prototype was polluted');
}

function headersOf(lines) {
  const headers = new Map();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const key = line.slice(0, colon).toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}

/** What JSON.parse takes is taken, but for depth; what it refuses is refused. */
function examineParsing(body, provider) {
  const parsed = parseJson(body, { unboundedNesting: provider.unboundedNesting });
  if (!parsed.ok && (parsed.code === 'too_deep' || parsed.code === 'invalid_utf8')) return;
  let isJson = true;
  try {
    JSON.parse(body.toString('utf8').replace(/^\ufeff/, ''));
  } catch {
    isJson = false;
  }
  if (parsed.ok && provider.unboundedNesting === undefined && depthOf(body.toString('utf8')) > 64) throw new Error('more than 64 levels are taken');
  if (parsed.ok !== isJson) throw new Error(`JSON.parse ${isJson ? 'takes' : 'refuses'} what the reader does not`);
}

function depthOf(json) {
  let depth = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}

function examineVerdict(verdict, provider) {
  if (verdict.kind !== 'accepted') return;
  if (verdict.issues.some(({ code }) => code === 'unreadable')) throw new Error('the normalizer threw');
  schemaIssues(provider.name, verdict.parsed);
  for (const { event } of verdict.events) {
    if (typeof event.id !== 'string' || event.id === '' || event.id.length > 4_096) throw new Error('the id is unusable');
    if (!ISO_TIME.test(event.time)) throw new Error(`the time is ${event.time}`);
    if (/[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u.test(event.id + event.source + event.providerevent + (event.subject ?? ''))) throw new Error('an attribute holds a control character');
    const written = JSON.stringify(event);
    if (JSON.stringify(JSON.parse(written)) !== written) throw new Error('the event changes when it is written down');
  }
}

async function examineRepeat(provider, source, delivery) {
  const idsOf = (verdict) => JSON.stringify(verdict.kind === 'accepted' ? verdict.events.map(({ event }) => [event.source, event.id]) : verdict);
  const first = idsOf(await receive(provider, source, delivery));
  const second = idsOf(await receive(provider, source, { ...delivery, receivedAt: new Date('2027-01-01T00:00:00Z') }));
  if (first !== second) throw new Error('a repeat has another id');
}

/** The right credential beside another admits nobody. */
async function examineTwice(delivery) {
  const [, guard] = guards;
  const beside = delivery.headers.get(guard.name) ?? ['x'];
  const { ok } = await authenticate(guard, { ...delivery, headers: new Map([[guard.name, [CANARY, ...beside]]]) });
  if (ok) throw new Error('a credential that occurs twice was admitted');
}

/** Readers of texts that people write: they may refuse, in their own words, and fail in no other way. */
function examineText(body, latin1) {
  try {
    readRecording(body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  if (latin1.length > 2_000) return;
  try {
    readConfig(latin1, 'chathooks.yaml', {});
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
}

async function report(input, fault) {
  const isSame = async (body) => (await faultOf({ ...input, body }))?.message === fault.message;
  const body = await shrink(input.body, isSame);
  const lines = [
    `it(${JSON.stringify(`does not fail: ${fault.message}`)}, async () => {`,
    `  const body = Buffer.from(${JSON.stringify(body)}, 'latin1');`,
    `  const guard = { scheme: 'none', because: 'A test of a body.' } as const;`,
    `  const verdict = await receive(providers.${input.provider}, { id: 'hook', guard, redact: true, pings: true }, delivery(body, { headers: ${JSON.stringify(Object.fromEntries(headersOf(input.headers)))} }));`,
    `  expect(verdict).toMatchObject({});`,
    `});`,
  ];
  return `${fault.stack ?? fault.message}\n\n${lines.join('\n')}`;
}
