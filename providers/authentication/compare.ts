import { hash, timingSafeEqual } from 'node:crypto';

/**
 * The only comparison of secrets in the repository. Constant in time: both sides are hashed first, so that neither the
 * length nor the place of the first difference shows; and every candidate is compared, so that it doesn't show either
 * which of several secrets fitted. An empty side never matches: a source whose secret was forgotten admits nobody.
 */
export function matchesAny(presented: string | Uint8Array, expected: readonly (string | Uint8Array)[]): boolean {
  const digest = sha256(presented);
  let matches = 0;
  for (const candidate of expected) {
    const equal = timingSafeEqual(digest, sha256(candidate));
    matches |= Number(equal) & Number(candidate.length > 0);
  }
  return matches === 1 && presented.length > 0;
}

function sha256(value: string | Uint8Array): Buffer {
  return hash('sha256', value, 'buffer');
}
