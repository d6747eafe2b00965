/** The base URL of an API from what people paste: without space around it and without slashes at its end, so that a path can follow. */
export function baseUrlOf(pasted: string): string {
  const url = pasted.trim();
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}
