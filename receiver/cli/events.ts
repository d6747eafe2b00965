import type { Command } from 'commander';
import { findProvider, providerNames } from '../../providers';
import type { Provider } from '../../providers/provider';
import { didYouMean } from '../config/nearest';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { Failure } from './failure';
import { columns, print, printJson } from './print';

/** `chathooks events`: what each provider sends, and what becomes of it. */
export function addEvents(program: Command): void {
  addCommand(program, {
    usage: 'events [provider]',
    summary: 'list the events that are known, with the type that each is given',
    examples: ['events', 'events cometchat --json'],
  }).action((name: string | undefined, { json }: SharedOptions) => {
    const rows = (name === undefined ? providerNames.map(providerNamed) : [providerNamed(name)]).flatMap(eventsOf);
    if (json) printJson(rows);
    else print(columns([['PROVIDER', 'EVENT', 'TYPE', 'KNOWN FROM', 'TITLE'], ...rows.map(rowOf)]));
  });
}

/** @throws Failure when there is no such provider. */
export function providerNamed(name: string): Provider {
  const provider = findProvider(name);
  if (provider !== undefined) return provider;
  throw new Failure('unknown_provider', `There is no provider named ${name}.${didYouMean(name, providerNames)} Known are: ${providerNames.join(', ')}.`);
}

function eventsOf(provider: Provider) {
  return Object.entries(provider.events).map(([event, entry]) => ({ provider: provider.name, event, ...entry }));
}

function rowOf({ provider, event, type, basis, title, deprecated, handshake }: ReturnType<typeof eventsOf>[number]): readonly string[] {
  const remark = [...(deprecated === true ? ['deprecated'] : []), ...(handshake === true ? ['a ping'] : [])].join(', ');
  return [provider, event, type, basis, remark === '' ? title : `${title} (${remark})`];
}
