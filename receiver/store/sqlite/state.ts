/*
 * The states of a forward, in SQL and to the outside.
 */
import type { ForwardStatus } from '../store';

/** `uncut` and `cut` are both pending; cut is one that a request carries. */
export type State = 'uncut' | 'cut' | 'delivered' | 'dead';

/** A condition on `forwards`. */
export const IS_PENDING = "state IN ('uncut', 'cut')";

/** SQLite takes a partial index only for the very words that define it: these, of forwards_undelivered. */
export const IS_UNDELIVERED = "state <> 'delivered'";

/** The SQL for a forward being of a status; the undelivered ones are found by their index. */
export const STATUS_SQL: Readonly<Record<ForwardStatus, string>> = {
  pending: `${IS_PENDING} AND ${IS_UNDELIVERED}`,
  dead: `state = 'dead' AND ${IS_UNDELIVERED}`,
  delivered: "state = 'delivered'",
};

/** What a state is to the outside. */
export function statusOf(state: State): ForwardStatus {
  return state === 'uncut' || state === 'cut' ? 'pending' : state;
}
