/**
 * For answers that are nobody's page: no browser shows them as one, frames them, hands them to another origin or keeps
 * them. No answer of the receiver has a header that opens it to other origins (CORS), and none may get one.
 */
export const CLOSED_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
