import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Guard } from '../../providers/authentication/guard';
import { prove } from '../../providers/authentication/prove';
import type { Provider, Sample } from '../../providers/provider';
import { guardFor } from '../config/guard';
import { hookUrl } from './address';
import type { Outcome, Shot } from './barrage';
import { addCommand, wholeNumberOption } from './command';
import type { SharedOptions } from './command';
import { providerNamed } from './events';
import { Failure } from './failure';
import { print, printable, printJson } from './print';
import { watchProgress } from './progress';
import { eventNamed, loadSample } from './sample';
import { chooseSource, readConfiguration } from './sources';

interface SendOptions extends SharedOptions {
  readonly to?: string;
  readonly source?: string;
  readonly count: number;
  readonly rate?: number;
  readonly concurrency: number;
  readonly bearer?: string;
}

interface Target {
  readonly url: URL;
  /** Undefined: nothing is proved. */
  readonly guard?: Guard;
}

/** `chathooks send`: a sample delivery, signed as its provider would sign it. */
export function addSend(program: Command): void {
  addCommand(program, {
    usage: 'send <provider> <event>',
    summary: 'send sample deliveries to a source, signed as the provider would sign them',
    examples: [
      'send cometchat message_sent',
      'send spika message.new --source team-room --count 1000 --rate 50',
      'send cometchat message_sent --source support-chat --to http://127.0.0.1:5678/webhook/test',
    ],
  })
    .option('--source <id>', 'the source of the configuration whose URL and credentials are used (the provider\'s only one by default)')
    .option('--to <url>', 'where to send; unsigned unless --source names whose credentials to use')
    .option('--count <n>', 'how many deliveries, each with ids of its own', wholeNumberOption(1, 100_000_000), 1)
    .option('--rate <n>', 'deliveries a second; as fast as it goes by default', wholeNumberOption(1, 1_000_000))
    .option('--concurrency <n>', 'how many at once', wholeNumberOption(1, 1024), 16)
    .addOption(new Option('--bearer <token>', 'the access token, for a source with oauth2').env('CHATHOOKS_BEARER'))
    .action(async (providerName: string, eventName: string, options: SendOptions) => {
      const provider = providerNamed(providerName);
      const event = eventNamed(provider, eventName);
      const sample = await loadSample(provider, event);
      const target = await targetOf(provider, options);
      const isSigned = target.guard !== undefined || options.bearer !== undefined;
      if (!isSigned && options.json !== true) print('Sending unsigned: --to without --source has no credentials.', process.stderr);
      const outcome = await run(provider, event, sample, target, options);
      refuseSilence(outcome, target.url);
      report(outcome, target.url, isSigned, options);
      if (!Object.keys(outcome.answers).every((answer) => /^2\d\d$/.test(answer)) || outcome.sent < options.count) process.exitCode = 1;
    });
}

async function targetOf(provider: Provider, { to, source: id, config: path, bearer }: SendOptions): Promise<Target> {
  const elsewhere = to === undefined ? undefined : URL.parse(to);
  if (elsewhere === null || (elsewhere !== undefined && !/^https?:$/.test(elsewhere.protocol))) {
    throw new Failure('usage', '--to is not a URL that begins with http:// or https://. Write one, such as http://127.0.0.1:8080/hooks/chat.');
  }
  if (elsewhere !== undefined && id === undefined) return { url: elsewhere };
  const { config } = await readConfiguration(path);
  const source = chooseSource(config, provider, id);
  const url = elsewhere ?? new URL(hookUrl(config, source.id));
  if (bearer !== undefined) return { url };
  const guard = guardFor(source.auth, provider, () => {
    throw new Failure('no_credentials', `Only its issuer can make a token for the source ${source.id}. Pass one with --bearer <token>.`);
  });
  return { url, guard };
}

async function run(provider: Provider, event: string, sample: Sample, target: Target, options: SendOptions): Promise<Outcome> {
  const { fire } = await import('./barrage.js');
  const { count, rate, concurrency, json } = options;
  const nonce = randomBytes(6).toString('hex');
  const shot = (sequence: number): Shot => {
    const now = new Date();
    return shotOf(provider.freshen(sample, event, { sequence, nonce, now }), target, options.bearer, now);
  };
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  const progress = watchProgress(count, json !== true);
  const outcome = await fire({ shot, count, concurrency, ...(rate === undefined ? {} : { rate }), signal: stopping.signal, onAnswer: progress.update });
  progress.end();
  process.off('SIGINT', stop);
  return outcome;
}

function shotOf(sample: Sample, { url, guard }: Target, bearer: string | undefined, now: Date): Shot {
  const body = Buffer.from(JSON.stringify(sample.body));
  const bare = { headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }, query: {} };
  const proof = guard === undefined ? bare : prove(guard, body, now);
  if (proof === undefined) throw new Failure('no_credentials', 'Nothing can be proved with the secret of this source. Check that it is in the encoding that is configured.');
  const signed = new URL(url);
  for (const [name, value] of Object.entries(proof.query)) signed.searchParams.set(name, value);
  return { url: signed.href, headers: { 'content-type': 'application/json', ...sample.headers, ...proof.headers }, body };
}

/** Nobody answered anything: that is no result but a failure. */
function refuseSilence({ answers, sent }: Outcome, url: URL): void {
  const [answer, ...others] = Object.keys(answers);
  if (sent === 0 || answer === undefined || others.length > 0 || /^\d+$/.test(answer)) return;
  const remedy = answer === 'connection_refused' ? 'Start the receiver with: chathooks start' : 'Check the URL, and that the receiver is up.';
  throw new Failure(answer, `Nobody answers at ${placeOf(url)} (${answer}). ${remedy}`);
}

function report({ answers, sent, seconds, last }: Outcome, url: URL, isSigned: boolean, { count, json }: SendOptions): void {
  const answer = count === 1 ? last : undefined;
  const to = placeOf(url);
  if (json) return printJson({ to, signed: isSigned, sent, answers, seconds: Number(seconds.toFixed(3)), ...(answer === undefined ? {} : { answer }) });
  const counts = Object.entries(answers).map(([status, times]) => `${status}${count === 1 ? '' : ` × ${times}`}`);
  print(`${to}: ${counts.join(', ')}${count === 1 ? '' : `, ${sent} in ${seconds.toFixed(1)} s`}`);
  if (answer !== undefined) print(printable(answer.body));
}

/** Without the query, which may hold a credential. */
function placeOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
