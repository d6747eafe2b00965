import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { isRecord } from '../config/record';
import type { Erased } from '../erasure/erase-person';
import { askForJson } from './admin-api';
import type { ConfiguredReceiver } from './admin-api';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { checkScope } from './erase-scope';
import { providerNamed } from './events';
import { Failure } from './failure';
import { print, printJson } from './print';
import { readConfiguration } from './sources';

interface EraseOptions extends SharedOptions {
  readonly subject: string;
  readonly provider?: string;
  readonly source?: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

/** `chathooks erase`: removes every event about a person. */
export function addErase(program: Command): void {
  addCommand(program, {
    usage: 'erase',
    summary: 'erase every event about a person, for good',
    examples: ['erase --subject ada-lovelace --dry-run', 'erase --subject 4711 --provider spika --yes'],
  })
    .requiredOption('--subject <id>', 'the id that the provider knows the person by, letter for letter')
    .option('--provider <name>', 'only events of this provider')
    .option('--source <id>', 'only events of this source')
    .option('--dry-run', 'erase nothing, only count')
    .option('--yes', 'do not ask')
    .action(async ({ subject, provider, source, dryRun, yes, json, config: path }: EraseOptions) => {
      if (provider !== undefined) providerNamed(provider);
      const { config } = await readConfiguration(path);
      const receiver = { config, path };
      if (source !== undefined) await checkScope(receiver, source, provider);
      const body = { subject, ...(provider === undefined ? {} : { provider }), ...(source === undefined ? {} : { source }) };
      if (dryRun === true || yes !== true) {
        const found = await ask(receiver, { ...body, dryRun: true });
        if (dryRun === true) return json ? printJson(found) : print(`${aboutPerson(found.matched)} Nothing was erased.`);
        if (found.matched > 0) await confirm(found.matched, json === true);
      }
      const result = await ask(receiver, body);
      if (json) printJson(result);
      else print(told(result));
      if (!result.complete) throw new Failure('erase_incomplete', 'Further events about this person came in meanwhile. Stop what sends them, and run the command again.');
    });
}

async function ask(receiver: ConfiguredReceiver, body: object): Promise<Erased> {
  const result = await askForJson(receiver, { method: 'POST', path: '/api/erase', body });
  if (isErased(result)) return result;
  throw new Failure('receiver_failed', 'The receiver answered something else than it should. Check that it is of the same version as this command.');
}

function isErased(value: unknown): value is Erased {
  return isRecord(value) && typeof value.matched === 'number' && typeof value.erased === 'number' && typeof value.complete === 'boolean';
}

/** Nothing brings them back, so somebody has to say yes: at a terminal, or in the command itself. */
async function confirm(matched: number, isJson: boolean): Promise<void> {
  const [them, deliveries] = matched === 1 ? ['it', 'delivery'] : ['them', 'deliveries'];
  if (process.stdin.isTTY && process.stderr.isTTY && !isJson) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const said = await lines.question(`${aboutPerson(matched)} Erase ${them}, and all that came with ${them} in the same ${deliveries}, for good? (yes/no) `).finally(() => lines.close());
    if (/^y(es)?$/i.test(said.trim())) return;
  }
  throw new Failure('not_confirmed', `${aboutPerson(matched)} Nothing was erased. Add --yes to erase ${them} for good.`);
}

function aboutPerson(count: number): string {
  return count === 0 ? 'No event is about this person.' : count === 1 ? '1 event is about this person.' : `${count} events are about this person.`;
}

function told({ matched, erased }: Erased): string {
  if (erased === 0) return aboutPerson(0);
  const siblings = erased > matched ? `, ${erased - matched} of them because they came in the same deliveries` : '';
  return `${erased} ${erased === 1 ? 'event was' : 'events were'} erased${siblings}. What is left of each is a fingerprint, a hash by which a repeat is known.`;
}
