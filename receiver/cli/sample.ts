import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Provider, Sample } from '../../providers/provider';
import { isRecord } from '../config/record';
import { didYouMean } from '../config/nearest';
import { Failure } from './failure';

/** Beside the compiled providers. */
const PROVIDERS = join(__dirname, '../../providers');

/**
 * The name under which a provider's catalogue has an event.
 * @throws Failure with the names that are close.
 */
export function eventNamed(provider: Provider, name: string): string {
  const known = Object.hasOwn(provider.events, name) ? name : provider.resolveEventName?.(name);
  if (known !== undefined && Object.hasOwn(provider.events, known)) return known;
  throw new Failure('unknown_event', `${provider.title} has no event named ${name}.${didYouMean(name, Object.keys(provider.events))} See all of them with: chathooks events ${provider.name}`);
}

/**
 * The sample delivery of an event of the catalogue.
 * @throws Failure when none was recorded or made up.
 */
export async function loadSample(provider: Provider, event: string): Promise<Sample> {
  let text: string;
  try {
    text = await readFile(join(PROVIDERS, provider.name, 'samples', `${event}.json`), 'utf8');
  } catch (error) {
    throw new Failure('no_sample', `There is no sample of ${provider.title}'s ${event}. Choose another event: chathooks events ${provider.name}`, { cause: error });
  }
  const sample: unknown = JSON.parse(text);
  if (isSample(sample)) return sample;
  throw new Failure('broken_sample', `The sample of ${provider.title}'s ${event} is not in the form that samples have. Install chathooks anew.`);
}

function isSample(value: unknown): value is Sample {
  return isRecord(value) && typeof value.basis === 'string' && isRecord(value.body);
}
