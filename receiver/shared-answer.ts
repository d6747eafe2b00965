/**
 * One answer for all who ask within a time: strangers may ask as often as they like, and cost no more for it. Those who
 * ask while it is being found out wait for the same one.
 * @param forMs how long an answer counts, from when it was asked for; a failure as long as any other.
 * @param now monotonic milliseconds.
 */
export function sharedAnswer<Value>(ask: () => Promise<Value>, forMs: number, now: () => number): () => Promise<Value> {
  let answer: Promise<Value> | undefined;
  let askedAt = 0;
  let isOpen = false;
  return () => {
    if (answer !== undefined && (isOpen || now() - askedAt < forMs)) return answer;
    askedAt = now();
    isOpen = true;
    answer = ask().finally(() => (isOpen = false));
    return answer;
  };
}
