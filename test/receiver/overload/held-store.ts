import { openStore } from '../../../receiver/store/open';
import type { Store } from '../../../receiver/store/store';

/** A real store that can be held up, and tells how often it was asked. */
export interface HeldStore {
  readonly open: typeof openStore;
  /** From now on nothing is appended, and no event is searched for. */
  hold(): void;
  /** What was held up goes on. */
  release(): void;
  /** How many calls wait. */
  waiting(): number;
  /** How often it was asked whether it can write, what it holds, and to remove what is old. */
  readonly asked: { check: number; counts: number; prune: number };
}

export function heldStore(): HeldStore {
  let gate = Promise.resolve();
  let release = (): void => undefined;
  let waiting = 0;
  const asked = { check: 0, counts: 0, prune: 0 };

  async function passGate(): Promise<void> {
    waiting += 1;
    await gate;
    waiting -= 1;
  }

  function around(store: Store): Store {
    const append: Store['append'] = async (arrivals) => (await passGate(), store.append(arrivals));
    const events: Store['events'] = async (filter) => (await passGate(), store.events(filter));
    const check: Store['check'] = () => (asked.check++, store.check());
    const counts: Store['counts'] = () => (asked.counts++, store.counts());
    const prune: Store['prune'] = (options) => (asked.prune++, store.prune(options));
    const own: Readonly<Record<string, unknown>> = { append, events, check, counts, prune };
    return new Proxy(store, {
      get(target, name) {
        const value: unknown = typeof name === 'string' && Object.hasOwn(own, name) ? own[name] : Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  return {
    open: async (url, options) => around(await openStore(url, options)),
    hold() {
      ({ promise: gate, resolve: release } = Promise.withResolvers<void>());
    },
    release: () => release(),
    waiting: () => waiting,
    asked,
  };
}
