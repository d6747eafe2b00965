import type { NormalizedEvent } from './event';
import type { Reply } from './provider';
import type { Diagnosis, RefusalCode } from './refusals';

/** Something odd about a body that was accepted all the same. */
export interface Issue {
  readonly code: 'duplicate_key' | 'schema' | 'unreadable';
  /** Where in the body: `data.message.id`. */
  readonly path: string;
  readonly message: string;
}

export interface AcceptedEvent {
  readonly event: NormalizedEvent;
  /** Absent: an equal `source` and `id` is a repeat for ever. Else: within this many seconds only. */
  readonly repeatWindowSeconds?: number;
}

/** What becomes of a delivery. */
export type Verdict =
  | {
      readonly kind: 'accepted';
      readonly events: readonly AcceptedEvent[];
      readonly issues: readonly Issue[];
      /** The body as parsed, before redaction: what a schema is run over. */
      readonly parsed: unknown;
      /** True when the raw bytes hold secrets that `raw` does not, or may hold them: `raw` is then what may be kept. */
      readonly redacted: boolean;
    }
  | { readonly kind: 'handshake'; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly diagnosis?: Diagnosis };
