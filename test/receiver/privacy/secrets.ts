/*
 * Secrets that nobody may ever see: each holds one word, so that one look finds any of them, and says by its other words
 * where it was put.
 */

const WORD = 'canary';

/** The word in base64, as far as it does not depend on what stands around it, at each of three offsets; and in base32. */
const ENCODED = ['Y2FuYXJ5', 'NhbmFye', 'jYW5hcn', 'MNQW4YLSPE'];

/** In base32, as a TOTP key is written. */
export const TOTP_KEY = 'MNQW4YLSPEWW63TFFVXW4ZLUNFWWK===';

/** A secret of its own for a place: letters and digits, as the strictest of the schemes wants it. */
export function secretFor(place: string): string {
  return `${WORD}0${place}0x9Kq7Wz3`;
}

/** What of the secrets a text gives away, with a little of what is around each. */
export function givenAway(text: string): readonly string[] {
  const folded = text.toLowerCase();
  const places = [...placesOf(folded, WORD), ...ENCODED.flatMap((encoded) => placesOf(text, encoded))];
  return [...new Set(places.map((at) => text.slice(Math.max(0, at - 80), at + 60)))];
}

function placesOf(text: string, word: string): readonly number[] {
  return [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => index);
}
