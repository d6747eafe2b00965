import type { ManagementAnswer } from './request';

/**
 * Why a webhook could not be registered, checked or removed. The message alone has to tell what to do: when a
 * publication fails, n8n shows nothing else.
 */
export interface ManagementFailure {
  readonly code: ManagementFailureCode;
  readonly message: string;
}

export type ManagementFailureCode =
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'limit_reached'
  | 'rate_limited'
  | 'refused'
  | 'provider_failed'
  | 'unexpected_answer'
  | 'url_refused'
  | 'incomplete_settings';

/** The result of a step that can fail for reasons that lie outside the program. */
export type Outcome<Value> = { readonly ok: true; readonly value: Value } | Failed;

export interface Failed {
  readonly ok: false;
  readonly failure: ManagementFailure;
}

/** What is particular to one provider in the sentences of {@link failureOf}. */
export interface FailureTerms {
  /** The provider's title: `CometChat`. */
  readonly provider: string;
  /** What was asked for, after "could not": `create the webhook`. */
  readonly action: string;
  /** What the provider says about it: a code, a sentence, a request id. Shortened here. */
  readonly said?: string | undefined;
  /** What was sent and is nobody's to read: a provider may quote from what it refuses. */
  readonly secrets?: readonly string[];
  /** Remedies that fit this provider better than the general ones, by what went wrong. */
  readonly remedies?: Partial<Readonly<Record<ManagementFailureCode, string>>>;
}

const LONGEST_SAYING = 200;

const REMEDIES = {
  unreachable: 'Check the base URL in the credential, and that this machine can reach it.',
  unauthorized: 'Check the credential: the provider does not accept it.',
  forbidden: 'Check that the credential is allowed to manage webhooks.',
  not_found: 'Check the base URL and the identifiers in the credential and in the node.',
  conflict: 'A webhook that is already there is in the way. Look at the provider\'s list of webhooks.',
  limit_reached: 'Delete webhooks that are no longer used at the provider.',
  rate_limited: 'Too many calls in a short time. Wait a minute and publish again.',
  refused: 'Check the settings of the node.',
  provider_failed: 'The provider has trouble of its own. Try again later.',
  unexpected_answer: 'Check that the base URL in the credential is that of the provider\'s API and not of its web page.',
  url_refused: 'Set WEBHOOK_URL of n8n to an address that the provider can reach.',
  incomplete_settings: 'Fill in what is missing.',
} as const satisfies Readonly<Record<ManagementFailureCode, string>>;

/** A result that is there. */
export function done<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

/** A failure with a message of its own: what happened, and what to check. */
export function failed(code: ManagementFailureCode, message: string): Failed {
  return { ok: false, failure: { code, message } };
}

/** The failure that an answer stands for, told from its status. */
export function failureOf(answer: ManagementAnswer, terms: FailureTerms): Failed {
  const code = codeOf(answer);
  const cause = answer.kind === 'unreachable' ? `no answer: ${answer.reason}` : `status ${answer.status}`;
  const said = terms.said === undefined || terms.said === '' ? '' : `: ${shortened(withoutSecrets(terms.said, terms.secrets ?? []))}`;
  return failed(code, `${terms.provider} could not ${terms.action} (${cause}${said}). ${terms.remedies?.[code] ?? REMEDIES[code]}`);
}

function codeOf(answer: ManagementAnswer): ManagementFailureCode {
  if (answer.kind === 'unreachable') return 'unreachable';
  const { status } = answer;
  if (status < 400) return 'unexpected_answer';
  if (status >= 500) return 'provider_failed';
  return ({ 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 429: 'rate_limited' } as const)[status] ?? 'refused';
}

function withoutSecrets(said: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '…'), said);
}

/** A provider's words go into a sentence: one line, and not a page of HTML. */
function shortened(said: string): string {
  const line = said.slice(0, LONGEST_SAYING * 10).replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_SAYING ? `${line.slice(0, LONGEST_SAYING)}…` : line;
}
