import type { Command } from 'commander';
import type { Config } from '../config/config';
import { ConfigError } from '../config/mistakes';
import type { Parsed } from '../config/parse';
import { fail, ok, warn } from './check';
import type { Check } from './check';
import { checkUrl } from './check-connection';
import { checkDestinations, checkWaiting } from './check-destination';
import { checkClock, checkNode, checkPermissions } from './check-machine';
import { lookAtReceiver } from './check-receiver';
import { checkStore } from './check-store';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { columns, counted, print, printable, printJson } from './print';
import { readConfiguration } from './sources';

/** `chathooks doctor`: what could keep the receiver from working. */
export function addDoctor(program: Command): void {
  addCommand(program, {
    usage: 'doctor',
    summary: 'check the configuration, the store, the disk and every destination, those that are registered at the running receiver too; nothing is delivered or changed',
    examples: ['doctor', 'doctor --config /etc/chathooks/chathooks.yaml --json'],
  }).action(async ({ config: path, json }: SharedOptions) => {
    const checks = [checkNode(process.versions.node), ...(await checkConfiguration(path))];
    const failed = checks.filter(({ state }) => state === 'fail').length;
    if (json) printJson({ ok: failed === 0, checks });
    else print(columns(checks.map(({ state, name, message }) => [state, printable(name), printable(message)])));
    if (failed > 0) process.exitCode = 1;
  });
}

async function checkConfiguration(path: string): Promise<readonly Check[]> {
  let read: Parsed<Config>;
  try {
    read = await readConfiguration(path);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (error.mistakes.length === 0) return [fail('config', error.message)];
    return error.mistakes.map((mistake) => fail('config', `${path}:${mistake.line ?? 1} ${mistake.path} ${mistake.message}`));
  }
  const { config, warnings } = read;
  const found = ok('config', `${path}: ${counted(config.sources.length, 'source')}, ${counted(config.destinations.length, 'destination')}.`);
  const receiver = await lookAtReceiver({ config, path });
  const others = await Promise.all([
    checkPermissions(path),
    checkClock(path, new Date()),
    ...checkDestinations(config, undefined, receiver.destinations),
    ...config.sources.flatMap(({ id, auth }) => (auth.scheme === 'oauth2' ? [checkUrl(`issuer of ${id}`, auth.jwksUri ?? auth.issuer)] : [])),
  ]);
  return [found, ...warnings.map((warning) => warn('config', `${warning.path} ${warning.message}`)), ...(await checkStore(config.store)), receiver.check, ...others, ...checkWaiting(receiver.destinations, path)];
}
