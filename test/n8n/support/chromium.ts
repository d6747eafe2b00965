import { existsSync } from 'node:fs';

const USUAL_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export type Chromium = { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly reason: string };

/**
 * Where Chromium is on this machine: none is downloaded.
 *
 * @param environment CHROMIUM_PATH names it; without that the usual places are looked at
 */
export function findChromium({ CHROMIUM_PATH: given }: NodeJS.ProcessEnv = process.env): Chromium {
  const candidates = given === undefined || given === '' ? USUAL_PATHS : [given];
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) return { kind: 'missing', reason: `there is no Chromium at ${candidates.join(', ')}; CHROMIUM_PATH can name one` };
  return { kind: 'found', path };
}
