import { Option } from 'commander';
import type { Command } from 'commander';
import { addCommand, wholeNumberOption } from './command';
import type { SharedOptions } from './command';
import { providerNamed } from './events';
import { print } from './print';
import { eventNamed, loadSample } from './sample';
import { refuseSilence, report } from './send-report';
import { targetOf } from './send-target';
import { sendVolley } from './send-volley';

interface SendOptions extends SharedOptions {
  readonly to?: string;
  readonly source?: string;
  readonly count: number;
  readonly rate?: number;
  readonly concurrency: number;
  readonly bearer?: string;
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
      const volley = await sendVolley(provider, event, sample, target, options);
      refuseSilence(volley, target.url, options.config);
      report(volley, target.url, isSigned, options);
      if (!Object.keys(volley.answers).every((answer) => /^2\d\d$/.test(answer)) || volley.sent < options.count) process.exitCode = 1;
    });
}
