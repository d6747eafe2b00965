import type { Command } from 'commander';
import { isRecord } from '../config/record';
import { askReceiver } from './admin-api';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { Failure } from './failure';
import { print, printable, printJson } from './print';
import { readConfiguration } from './sources';

interface ReplayOptions extends SharedOptions {
  readonly dead?: true;
  readonly destination?: string;
}

/** `chathooks replay`: forwards one event, or every dead letter, again. */
export function addReplay(program: Command): void {
  addCommand(program, {
    usage: 'replay [key]',
    summary: 'forward an event, or every dead letter, again',
    examples: ['replay 42', 'replay 42 --destination n8n', 'replay --dead --destination n8n'],
  })
    .option('--dead', 'every dead letter')
    .option('--destination <id>', 'to this destination only')
    .action(async (key: string | undefined, { dead, destination, config: path, json }: ReplayOptions) => {
      if ((key === undefined) === (dead === undefined)) throw new Failure('usage', 'Say what to forward again: the key of one event, or --dead for every dead letter.');
      const { config } = await readConfiguration(path);
      const only = destination === undefined ? {} : { destination };
      const answer = await askReceiver(config, {
        method: 'POST',
        path: key === undefined ? '/api/deliveries/replay' : `/api/events/${encodeURIComponent(key)}/replay`,
        body: key === undefined ? { status: 'dead', ...only } : only,
      });
      const result: unknown = await answer.json();
      if (json) return printJson(result);
      const { replayed, destinations } = isRecord(result) ? result : {};
      if (replayed === 0) print(dead === true ? 'There is no dead letter to forward.' : whyNot(destinations));
      else print(`${String(replayed)} ${replayed === 1 ? 'delivery is' : 'deliveries are'} forwarded again.`);
    });
}

/** Why one event was not taken up again: it goes nowhere, or it is on its way there. */
function whyNot(destinations: unknown): string {
  if (!Array.isArray(destinations) || destinations.length === 0) return 'No destination that is enabled takes this event, so nothing is forwarded.';
  return `It is waiting to be forwarded already, so nothing was added: ${destinations.map((id) => printable(String(id))).join(', ')}.`;
}
