/*
 * Times that receivers have in common go by the database's clock: those of two machines may be hours apart. What this
 * machine names by its own clock is handed over as a distance from now, and comes back as one.
 */

/** The time of the transaction, in epoch milliseconds. */
export const NOW = '(extract(epoch FROM now()) * 1000)::bigint';
