import { readSample, sampleNames } from '../support/samples';
import type { Case } from './checks';
import type { Contract } from './contract';

/** Every event of a provider under every scheme that the provider offers. */
export function casesOf(contract: Contract, providerName: string): readonly Case[] {
  const provider = contract.providers[providerName];
  if (provider === undefined) return [];
  const names = new Set(sampleNames(providerName));
  return Object.entries(provider.events).flatMap(([event, entry]) => {
    if (!names.has(event)) throw new Error(`${providerName}: there is no sample of ${event} in samples/${event}.json.`);
    return provider.auth.map(({ scheme }) => ({ contract, provider, event, entry, scheme, sample: readSample(providerName, event) }));
  });
}
