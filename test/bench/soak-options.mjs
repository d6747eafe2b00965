import { parseArgs } from 'node:util';

const OPTIONS = { seconds: { type: 'string', default: '60' }, rate: { type: 'string', default: '400' }, store: { type: 'string', default: 'sqlite' } };
const USAGE = 'Usage: npm run soak -- [--seconds 60] [--rate 400] [--store sqlite|postgres|<URL of an empty store>]';

/** Reads the words after the script's name. Ends the process with the usage when they make no sense. */
export function readOptions(words) {
  try {
    const { seconds, rate, store } = parseArgs({ args: words, options: OPTIONS }).values;
    if (Number(seconds) > 0 && Number(rate) > 0) return { seconds: Number(seconds), rate: Number(rate), store };
  } catch {
    // An option that there is not.
  }
  console.error(USAGE);
  process.exit(2);
}
