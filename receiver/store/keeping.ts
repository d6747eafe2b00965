/**
 * How long a fingerprint outlives the retention of its event. Providers give up retrying within days, but a queue that
 * was stuck, or a person who presses "resend" in a dashboard, can bring back an event weeks later; one row is some
 * 100 bytes, so that a month of a hundred thousand events a day costs 300 MB at most.
 */
export const FINGERPRINT_MS = 30 * 86_400_000;
