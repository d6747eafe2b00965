import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { errorCode } from '../config/error-code';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { Failure } from './failure';
import { print, printable, printJson } from './print';
import { readRecording } from './recording';
import { readConfiguration, sourceNamed } from './sources';
import { verdictLines, verdictView } from './verdict-text';

interface VerifyOptions extends SharedOptions {
  readonly source: string;
  readonly at?: Date;
}

/** `chathooks verify`: why a recorded request is accepted or refused. */
export function addVerify(program: Command): void {
  addCommand(program, {
    usage: 'verify <file.http>',
    summary: 'say why a source accepts or refuses a recorded request (request line, headers, empty line, body)',
    examples: ['verify refused.http --source app-chat', 'verify refused.http --source idp-eu --at 2026-11-21T10:00:00Z'],
  })
    .requiredOption('--source <id>', 'the source of the configuration to check it against')
    .option('--at <time>', 'when it arrived (ISO 8601), for one-time passwords and tokens; now by default', timeOption)
    .action(async (file: string, { source: id, at = new Date(), config: path, json }: VerifyOptions) => {
      const { config } = await readConfiguration(path);
      const source = sourceNamed(config, id);
      const recording = readRecording(await bytesOf(file));
      const { judge } = await import('./judge.js');
      const outcome = await judge(recording, { source, bodyBytes: config.limits.bodyBytes, at });
      const notes = [...recording.notes, ...otherSource(recording.target, id)];
      if (json) printJson({ ...verdictView(outcome), notes });
      else print([...verdictLines(outcome), ...notes.map((note) => `Note: ${note}`)].join('\n'));
      if (outcome.kind === 'refused' || outcome.kind === 'aborted') process.exitCode = 1;
    });
}

function timeOption(text: string): Date {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(NaN);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('It has to be a time such as 2026-11-21T10:00:00Z.');
  return time;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new Failure('file_unreadable', `${file} cannot be read (${errorCode(error) ?? 'unknown reason'}). Check its path.`, { cause: error });
  }
}

function otherSource(target: string, id: string): readonly string[] {
  const path = target.split('?')[0] ?? '';
  const recorded = /\/hooks\/([^/]+)$/.exec(path)?.[1];
  return recorded === undefined || recorded === id ? [] : [`The request was sent to the source ${printable(recorded)}; it is checked against ${id}.`];
}
