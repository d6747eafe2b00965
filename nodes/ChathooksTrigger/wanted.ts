import { createHash } from 'node:crypto';
import type { IHookFunctions } from 'n8n-workflow';
import { textOf } from '../lifecycle/credential';
import { ownerOf } from '../lifecycle/derived-secret';
import { createSend } from '../lifecycle/send';
import { webhookUrl } from '../lifecycle/webhook';
import type { AutomaticWebhook } from '../lifecycle/webhook';
import { chosenEventNames, namesOf } from '../webhook/settings';
import { CREDENTIAL, credentialOf, signingSecretOf } from './credential';
import { registration } from './registration';
import type { WantedDestination } from './registration';

/** n8n answers once it has stored the run; where its executions are limited, once there is room for it. */
const TIMEOUT_MS = 60_000;

/** The most that a receiver makes: two to four days of trying, so that n8n may be down over a weekend. */
const ATTEMPTS = 100;

/** The destination that this node wants, and how to reach the receiver. */
export async function destinationOf(context: IHookFunctions): Promise<AutomaticWebhook<WantedDestination>> {
  const credential = credentialOf(await context.getCredentials(CREDENTIAL));
  const secret = signingSecretOf(credential, ownerOf(context));
  const url = webhookUrl(context);
  return {
    registration,
    send: createSend(context, CREDENTIAL, credential.baseUrl),
    wanted: {
      id: destinationId(context, url),
      url: credential.n8nUrl === '' ? url : atOrigin(url, credential.n8nUrl),
      secrets: secret === undefined ? [] : [secret],
      events: chosenEventNames(context),
      sources: namesOf(context.getNodeParameter('sources', [])),
      concurrency: countOf(context.getNodeParameter('options.concurrency', 4), 4),
      batch: { max: countOf(context.getNodeParameter('batchSize', 100), 100), waitMs: countOf(context.getNodeParameter('batchWait', 50), 50) },
      timeoutMs: TIMEOUT_MS,
      attempts: ATTEMPTS,
      receiver: credential.baseUrl,
      isAddressGiven: credential.n8nUrl !== '',
    },
  };
}

/**
 * The same for this node whenever it registers, a rename or another address of n8n notwithstanding, so that it replaces
 * what it registered before. Another one for tests: their path is another.
 */
function destinationId(context: Pick<IHookFunctions, 'getNode' | 'getWorkflow'>, url: string): string {
  const { workflowId, nodeId } = ownerOf(context);
  const fingerprint = createHash('sha256').update(JSON.stringify([workflowId, nodeId, URL.parse(url)?.pathname ?? url])).digest('hex');
  // The workflow's id is there for people: 64 characters is all that a destination's id may have.
  return `n8n-${workflowId.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 36)}-${fingerprint.slice(0, 16)}`;
}

/** The URL's path at another origin; what is no address stays as it is, to be told of. */
function atOrigin(url: string, origin: string): string {
  const [from, to] = [URL.parse(url), URL.parse(origin)];
  return from === null || to === null ? origin : `${to.origin}${from.pathname}${from.search}`;
}

/** What an expression makes of a number field; the receiver says what is out of range. */
function countOf(value: unknown, otherwise: number): number {
  const text = textOf(value);
  const count = Number(text);
  return text === '' || !Number.isFinite(count) ? otherwise : count;
}
