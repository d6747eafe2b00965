import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';

/** Gives all addresses of a name. Rejects as `dns.lookup` does, and with `ETIMEDOUT` when that takes too long. */
export type Resolve = (name: string, timeoutMs: number) => Promise<readonly LookupAddress[]>;

/** What asks the system; it also knows /etc/hosts, which a query to a name server would not. */
const askSystem = (name: string): Promise<readonly LookupAddress[]> => lookup(name, { all: true });

/**
 * Resolves names, each once at a time: a lookup cannot be called off, and holds one of the process's few threads. Were
 * every attempt to hold one, a name whose server is silent would bar all others from being resolved. No answer is kept.
 */
export function createResolve(ask: (name: string) => Promise<readonly LookupAddress[]> = askSystem): Resolve {
  const asked = new Map<string, Promise<readonly LookupAddress[]>>();

  function asking(name: string): Promise<readonly LookupAddress[]> {
    const underWay = asked.get(name);
    if (underWay !== undefined) return underWay;
    const answer = ask(name).finally(() => asked.delete(name));
    asked.set(name, answer);
    return answer;
  }

  return async (name, timeoutMs) => {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(Object.assign(new Error('The name was not resolved in time.'), { code: 'ETIMEDOUT' })), timeoutMs);
    try {
      return await Promise.race([asking(name), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
