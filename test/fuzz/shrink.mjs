/**
 * Makes an input smaller while it still fails: cuts out halves, quarters, and so on down to single characters.
 * @param fails asked of each candidate.
 * @param most how many are tried: what is left is to be read by people, not to be the smallest there is.
 */
export async function shrink(text, fails, most = 400) {
  let smallest = text;
  let tries = 0;
  for (let size = Math.ceil(text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length && tries < most; ) {
      const candidate = smallest.slice(0, at) + smallest.slice(at + size);
      tries++;
      if (await fails(candidate)) smallest = candidate;
      else at += size;
    }
  }
  return smallest;
}
