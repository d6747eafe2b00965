import type { Command } from 'commander';
import { isRecord } from '../config/record';
import { anotherProgram, askForJson } from './admin-api';
import type { ConfiguredReceiver } from './admin-api';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { deadLettersLeft } from './dead-letters';
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
      checkChoice(key, dead);
      const { config } = await readConfiguration(path);
      const receiver = { config, path };
      const replayed = await replay(receiver, key, destination);
      if (json) printJson(replayed);
      else print(key === undefined ? toldOfDead(replayed, destination === undefined ? await deadLettersLeft(receiver) : '') : toldOfEvent(replayed));
    });
}

function checkChoice(key: string | undefined, dead: true | undefined): void {
  if (key === undefined && dead === undefined) throw new Failure('usage', 'Say what to forward again: the key of one event, or --dead for every dead letter.');
  if (key !== undefined && dead !== undefined) throw new Failure('usage', `Say one of the two, not both: the key ${printable(key)} for one event, or --dead for every dead letter.`);
}

interface Replayed {
  readonly replayed: number;
  readonly destinations?: unknown;
}

/** @param key of one event; undefined for every dead letter. */
async function replay(receiver: ConfiguredReceiver, key: string | undefined, destination: string | undefined): Promise<Replayed> {
  const only = destination === undefined ? {} : { destination };
  const result = await askForJson(receiver, {
    method: 'POST',
    path: key === undefined ? '/api/deliveries/replay' : `/api/events/${encodeURIComponent(key)}/replay`,
    body: key === undefined ? { status: 'dead', ...only } : only,
  });
  if (isReplayed(result)) return result;
  throw anotherProgram(receiver, 'HTTP 200');
}

function isReplayed(value: unknown): value is Replayed {
  return isRecord(value) && typeof value.replayed === 'number';
}

function toldOfDead(replayed: Replayed, left: string): string {
  if (replayed.replayed > 0) return `${forwarded(replayed)}${left}`;
  return left === '' ? 'There is no dead letter to forward.' : `Nothing is forwarded.${left}`;
}

function toldOfEvent(replayed: Replayed): string {
  return replayed.replayed > 0 ? forwarded(replayed) : whyNot(replayed.destinations);
}

function forwarded({ replayed }: Replayed): string {
  return `${replayed} ${replayed === 1 ? 'delivery is' : 'deliveries are'} forwarded again.`;
}

/** Why one event was not taken up again: it goes nowhere, or it is on its way there. */
function whyNot(destinations: unknown): string {
  if (!Array.isArray(destinations) || destinations.length === 0) return 'No destination that is enabled takes this event, so nothing is forwarded.';
  return `It is waiting to be forwarded already, so nothing was added: ${destinations.map((id) => printable(String(id))).join(', ')}.`;
}
