import type { Volley } from './barrage';
import { commandLine } from './command-line';
import { Failure } from './failure';
import { print, printable, printJson } from './print';

export interface ReportOptions {
  readonly count: number;
  readonly json?: true;
}

/**
 * Nobody answered anything: that is no result but a failure.
 * @throws Failure then.
 */
export function refuseSilence({ answers, sent }: Volley, url: URL, configPath: string): void {
  const [answer, ...others] = Object.keys(answers);
  if (sent === 0 || answer === undefined || others.length > 0 || /^\d+$/.test(answer)) return;
  const remedy = answer === 'connection_refused' ? `Start the receiver with: ${commandLine(['start'], configPath)}` : 'Check the URL, and that the receiver is up.';
  throw new Failure(answer, `Nobody answers at ${placeOf(url)} (${answer}). ${remedy}`);
}

/** Says how the deliveries were answered; a single one's answer whole. */
export function report({ answers, sent, seconds, last }: Volley, url: URL, isSigned: boolean, { count, json }: ReportOptions): void {
  const answer = count === 1 ? last : undefined;
  const to = placeOf(url);
  if (json) return printJson({ to, signed: isSigned, sent, answers, seconds: Number(seconds.toFixed(3)), ...(answer === undefined ? {} : { answer }) });
  const counts = Object.entries(answers).map(([status, times]) => `${status}${count === 1 ? '' : ` × ${times}`}`);
  print(`${to}: ${counts.join(', ')}${count === 1 ? '' : `, ${sent} in ${seconds.toFixed(1)} s`}`);
  if (answer !== undefined) print(printable(answer.body));
}

/** Without the query, which may hold a credential. */
function placeOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
