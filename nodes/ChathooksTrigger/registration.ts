/*
 * How a node has itself registered as a destination of a receiver.
 */
import { done, failed, failureOf } from '../../providers/management/failure';
import type { Failed } from '../../providers/management/failure';
import { reachOf } from '../../providers/management/public-url';
import type { Registration } from '../../providers/management/registration';
import { hasStatus, succeeded } from '../../providers/management/request';
import type { ManagementAnswer } from '../../providers/management/request';
import { deleteDestination, putDestination, readSaying, confirms } from './destination';
import type { Destination } from './destination';

/** The destination that a node wants, and at which receiver. */
export interface WantedDestination extends Destination {
  /** The base URL of the receiver. */
  readonly receiver: string;
  /** True: the user said under which address the receiver reaches n8n. */
  readonly isAddressGiven: boolean;
}

const NO_RECEIVER = 'Check the base URL in the credential: nothing there answers as a Chathooks receiver does.';

const REMEDIES = {
  unreachable: 'Check that the receiver runs, and that the base URL in the credential is the one that it listens on.',
  unauthorized: 'Check the admin token in the credential: it is admin.token in the receiver\'s chathooks.yaml.',
  forbidden: NO_RECEIVER,
  not_found: NO_RECEIVER,
  unexpected_answer: NO_RECEIVER,
  conflict: 'Take the destination out of the receiver\'s chathooks.yaml: this node registers it by itself.',
  rate_limited: 'Check the admin token in the credential, and wait a second.',
  refused: 'Check \'Events\', \'Source Names or IDs\' and the options of the node.',
  provider_failed: 'Look into the receiver\'s log.',
} as const;

/** A destination that stands as wanted, or not at all. */
export const registration: Registration<WantedDestination> = {
  /** The API shows how many secrets a destination has and not which: only registering it makes sure, and costs no more. */
  async check() {
    return done(false);
  },

  async register(wanted, send) {
    const fault = faultOf(wanted);
    if (fault !== undefined) return fault;
    const answer = await send(putDestination(wanted));
    if (!succeeded(answer) || !confirms(answer.body, wanted)) return failure(answer, 'register this node as a destination');
    return done({ id: wanted.id, notes: [] });
  },

  async remove({ id }, send) {
    const answer = await send(deleteDestination(id));
    return succeeded(answer) || hasStatus(answer, 404, 410) ? done(undefined) : failure(answer, 'remove the destination of this node');
  },
};

/** The failure that an answer of the receiver stands for. */
export function failure(answer: ManagementAnswer, action: string): Failed {
  return failureOf(answer, { provider: 'The receiver', action, said: readSaying(answer), remedies: REMEDIES });
}

/** What can't work, told before the receiver is asked. */
function faultOf({ url, secrets, events, receiver, isAddressGiven }: WantedDestination): Failed | undefined {
  if (secrets.length === 0) {
    return failed('incomplete_settings', 'The credential has no admin token. Fill in admin.token of the receiver\'s chathooks.yaml.');
  }
  if (events.length === 0) return failed('incomplete_settings', 'No event is chosen. Choose at least one in \'Events\'.');
  const reach = reachOf(url);
  if (reach === undefined) {
    return failed('url_refused', 'The n8n URL in the credential is not an http or https address. Correct it, or leave it empty.');
  }
  const elsewhere = ['private', 'public'].includes(reachOf(receiver) ?? '');
  // On one machine they may well meet under a name of its network: then the user says so.
  if (reach === 'loopback' && elsewhere && !isAddressGiven) {
    return failed('url_refused', `The receiver at ${new URL(receiver).host} can't reach n8n at ${new URL(url).host}, which is n8n's own machine. Fill in 'n8n URL' in the credential: the address under which the receiver reaches n8n.`);
  }
  return undefined;
}
