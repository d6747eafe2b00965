/*
 * The tables.
 *
 * - Text that a sender chose (an event's id above all) may hold lone surrogates, which SQLite would turn into U+FFFD.
 *   It is therefore kept as escaped JSON only; the columns type, source, provider and hook are there to filter by.
 * - deliveries: what the events of one delivery share. Kept apart, so that a delivery of a hundred events does not
 *   keep its body a hundred times. Its events have the sequence numbers `first` to `last`.
 * - fingerprints: outlive the events. `renamed`: the event is kept under its id with `.<seen_at>` behind it.
 * - forwards: `uncut` and `cut` are both pending; cut is one that a request carries. The index over all but the
 *   delivered ones serves the claim (uncut), the dead letters, and the listing of what is pending.
 *   `conversation`: 32 bytes; set where the destination keeps its order. Of all forwards of a conversation that are
 *   pending for a destination, one may go; the others are `behind` it, out of the claim's sight. So a backlog of a
 *   hundred thousand costs a claim nothing.
 * - requests: open ones only. `forwards` is a JSON array of positions, in the order they were cut in. `due_at` is when
 *   the request is to be sent, or sent again; while it is leased, when the lease ends.
 * - earlier_requests: the requests that a forward had before it was replayed.
 * - attempts: by webhook-id, which begins with the time of the cut: old ones are at the front.
 * - tallies: counts, kept in the transaction that changes them. Counting millions of rows takes seconds.
 */
export const FIRST_SCHEMA = `
  CREATE TABLE deliveries (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    headers TEXT NOT NULL,
    issues TEXT NOT NULL,
    body_redacted INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    received_at INTEGER NOT NULL,
    hook TEXT NOT NULL,
    provider TEXT NOT NULL,
    type TEXT NOT NULL,
    source TEXT NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_type ON events (type);

  CREATE TABLE fingerprints (
    fingerprint BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    renamed INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX fingerprints_age ON fingerprints (seen_at);

  CREATE TABLE forwards (
    position INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES events,
    destination TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uncut', 'cut', 'delivered', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    request TEXT,
    UNIQUE (event, destination)
  ) STRICT;
  CREATE INDEX forwards_undelivered ON forwards (state, destination, event) WHERE state <> 'delivered';

  CREATE TABLE requests (
    webhook_id TEXT PRIMARY KEY,
    destination TEXT NOT NULL,
    forwards TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    leased INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX requests_due ON requests (destination, due_at);

  CREATE TABLE earlier_requests (
    forward INTEGER NOT NULL REFERENCES forwards,
    request TEXT NOT NULL,
    PRIMARY KEY (forward, request)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE attempts (
    request TEXT NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    latency_ms REAL NOT NULL,
    status INTEGER,
    error TEXT,
    answer TEXT,
    PRIMARY KEY (request, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE destinations (
    id TEXT PRIMARY KEY,
    registration TEXT,
    disabled_at INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tallies (
    what TEXT NOT NULL,
    destination TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (what, destination)
  ) STRICT, WITHOUT ROWID;
`;

export const ORDER_IN_CONVERSATIONS = `
  ALTER TABLE forwards ADD COLUMN conversation BLOB;
  ALTER TABLE forwards ADD COLUMN behind INTEGER NOT NULL DEFAULT 0;
  DROP INDEX forwards_undelivered;
  CREATE INDEX forwards_undelivered ON forwards (state, destination, behind, event) WHERE state <> 'delivered';
  CREATE INDEX forwards_in_order ON forwards (destination, conversation, state, behind, event) WHERE conversation IS NOT NULL AND state <> 'delivered';
`;

/** octet_length() reads a row's header only, so that this takes seconds even where bodies take gigabytes. */
export const SIZE_OF_WHAT_IS_KEPT = `
  INSERT INTO tallies (what, destination, count)
  SELECT 'bytes', '', (SELECT coalesce(sum(octet_length(event)), 0) FROM events) + (SELECT coalesce(sum(octet_length(body)), 0) FROM deliveries);
`;
