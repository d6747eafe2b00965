/*
 * How a statement says that a forward is pending. Postgres plans by what it last counted: after a quiet night it takes
 * "state = 'pending'" for a handful of rows, and reads the whole index of what is not delivered for each of them, when
 * in truth there is a backlog of a million. So a statement that knows its rows by other columns says it so that no
 * index comes into question, or only the right one.
 */

/** For rows that are found by position or by event. */
export const IS_PENDING = "(state || '') = 'pending'";

/** For rows that are found by conversation: these words are those of the index forwards_in_order. */
export const IS_IN_LINE = "conversation IS NOT NULL AND state <> 'delivered' AND state <> 'dead'";
