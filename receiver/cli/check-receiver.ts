import { isRecord } from '../config/record';
import { failureCode } from '../forward/failure';
import { localUrl } from './address';
import { anotherProgram, askForJson, notThisReceiver } from './admin-api';
import type { ConfiguredReceiver } from './admin-api';
import { fail, ok, warn } from './check';
import type { Check } from './check';
import { commandLine } from './command-line';
import { Failure } from './failure';
import { seenDestinations } from './seen-destination';
import type { SeenDestination } from './seen-destination';

export interface ReceiverLook {
  readonly check: Check;
  /** What it sends to; none unless it answered. */
  readonly destinations: readonly SeenDestination[];
}

const TIMEOUT_MS = 5_000;

/** Whether the receiver of this configuration is up, and not another one in its place. That it is down is no fault. */
export async function lookAtReceiver(receiver: ConfiguredReceiver): Promise<ReceiverLook> {
  if (receiver.config.listen.port === 0) return { check: warn('receiver', 'listen.port is 0, so where it listens is not known. Set a port.'), destinations: [] };
  try {
    const answer = await askForJson(receiver, { method: 'GET', path: '/api/destinations', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!isRecord(answer) || !Array.isArray(answer.destinations)) throw anotherProgram(receiver, 'HTTP 200');
    return { check: await checkReadiness(receiver), destinations: seenDestinations(answer.destinations) };
  } catch (error) {
    return { check: await checkOf(error, receiver), destinations: [] };
  }
}

async function checkOf(error: unknown, receiver: ConfiguredReceiver): Promise<Check> {
  switch (notThisReceiver(error)) {
    case 'receiver_unreachable':
      return warn('receiver', reasonOf(error));
    case 'unauthorized':
    case 'another_program':
      return fail('receiver', reasonOf(error));
    case undefined:
      // It is this one, and can't answer: readiness has the reason, most often.
      return checkReadiness(receiver);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Failure ? error.message : '';
}

async function checkReadiness({ config, path }: ConfiguredReceiver): Promise<Check> {
  const base = localUrl(config);
  try {
    const answer = await fetch(`${base}/readyz`, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer.status === 200 ? ok('receiver', `It runs at ${base} and is ready.`) : fail('receiver', `It runs at ${base} and is not ready (${answer.status}). Look into its log.`);
  } catch (error) {
    return fail('receiver', `What listens at ${base} does not answer (${failureCode(error)}). Look into its log; if it hangs, stop it and run: ${commandLine(['start'], path)}`);
  }
}
