import type { Command } from 'commander';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { commandLine } from './command-line';
import { Failure } from './failure';
import { writeFirstFile } from './first-file';
import { print, printJson } from './print';

/** `chathooks init`: a configuration to start from. */
export function addInit(program: Command): void {
  addCommand(program, {
    usage: 'init',
    summary: 'write a configuration with a source for each provider and fresh random secrets',
    examples: ['init', 'init --config /etc/chathooks/chathooks.yaml'],
  }).action(async ({ config, json }: SharedOptions) => {
    if (!(await writeFirstFile(config))) throw new Failure('config_exists', `${config} is there already and stays as it is. Move it away first, or name another file with --config.`);
    if (json) printJson({ created: config });
    else print(`Wrote ${config}, with fresh secrets; only you may read it. Next: ${commandLine(['start'], config)}`);
  });
}
