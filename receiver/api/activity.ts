import type { Attempt } from '../store/store';
import type { RefusalRecord } from './refusals';

/** Something that just happened, for whoever looks on. Never holds a credential. */
export type Happening =
  | { readonly kind: 'event'; readonly key: string; /** JSON text, as stored. */ readonly event: string }
  | {
      readonly kind: 'attempt';
      readonly destination: string;
      readonly webhookId: string;
      /** Keys of the events that the request carried. */
      readonly keys: readonly string[];
      readonly outcome: 'delivered' | 'retry' | 'dead' | 'disabled';
      readonly attempt: Attempt;
    }
  | { readonly kind: 'refusal'; readonly refusal: RefusalRecord };

/** Connects what happens in the receiver with who looks on, without either knowing the other. */
export interface Activity {
  /** False: nobody looks on, so that what is published need not even be put together. */
  readonly hasListeners: boolean;
  /** Tells everybody before it returns. Never throws, whatever a listener does. */
  publish(happening: Happening): void;
  /** Returns what ends the subscription. */
  subscribe(listener: (happening: Happening) => void): () => void;
}

export function createActivity(): Activity {
  // Each subscription is an object of its own: the same function subscribed twice has two of them to end.
  const subscriptions = new Set<{ readonly listener: (happening: Happening) => void }>();
  return {
    get hasListeners() {
      return subscriptions.size > 0;
    },
    publish(happening) {
      for (const { listener } of subscriptions) {
        try {
          listener(happening);
        } catch {
          // Publishers stand on the way of a delivery: one who merely looks on must not be able to stop it.
        }
      }
    },
    subscribe(listener) {
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
  };
}
