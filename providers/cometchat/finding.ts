import type { CommonModel, EventType } from '../event';
import type { JsonObject } from '../json/json';

/** What the body of one trigger says; the rest of a reading is the same for all of them. */
export interface Finding {
  /** What follows the webhook and the trigger in the key. An undefined part: the hash of the body counts. */
  readonly key: readonly (string | undefined)[];
  /** Where it differs from the catalogue's. */
  readonly type?: EventType;
  readonly time?: string | undefined;
  readonly subject?: string | undefined;
  readonly data: { readonly [Part in keyof CommonModel]: CommonModel[Part] | undefined };
}

/** Reads the `data` of a body; `type` is the catalogue's. Total. */
export type Reader = (data: JsonObject, type: EventType) => Finding;

/** For events that have no key of their own. */
export const NO_KEY: Finding['key'] = [undefined];

/** `conversation/group_x`: what an event is about, when its id is known. */
export function subjectOf(kind: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${kind}/${id}`;
}
