import { cidaas } from './cidaas';
import { cometchat } from './cometchat';
import type { Provider } from './provider';
import { sceyt } from './sceyt';
import { skillmine } from './skillmine';
import { spika } from './spika';

/** Every provider there is. A new one is a folder beside this file and a line here. */
export const providers = { cometchat, sceyt, spika, skillmine, cidaas } as const satisfies Readonly<Record<string, Provider>>;

export type ProviderName = keyof typeof providers;

export const providerNames = Object.keys(providers) as readonly ProviderName[];

/** True for the name of a provider: no other string, and not `constructor` either. */
export function isProviderName(name: string): name is ProviderName {
  return Object.hasOwn(providers, name);
}

/** The provider of this name, or undefined. */
export function findProvider(name: string): Provider | undefined {
  return isProviderName(name) ? providers[name] : undefined;
}
