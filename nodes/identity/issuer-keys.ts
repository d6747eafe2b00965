import type { IWebhookFunctions } from 'n8n-workflow';
import { createKeySource } from '../../providers/authentication/oauth2';
import type { KeySource } from '../../providers/authentication/oauth2';

interface Issuer {
  readonly keys: KeySource;
  /** The latest delivery that asked: an older one's helpers belong to a workflow that may be gone. */
  context: Context;
}

type Context = Pick<IWebhookFunctions, 'helpers'>;

/** The sender of a delivery waits while keys are fetched. */
const TIMEOUT_MS = 5_000;

/** One for each issuer that a node of this process names: what a delivery has fetched serves the next one. */
const issuers = new Map<string, Issuer>();

/** The public keys of an issuer, fetched through n8n, and so through its proxy and within its rules. */
export function issuerKeys(context: Context): (issuer: string) => KeySource {
  return (issuer) => {
    const known = issuers.get(issuer);
    if (known !== undefined) {
      known.context = context;
      return known.keys;
    }
    const fresh: Issuer = {
      context,
      keys: createKeySource({ issuer, algorithm: 'RS256', fetchJson: (url) => fetchJson(fresh.context, url) }),
    };
    issuers.set(issuer, fresh);
    return fresh.keys;
  };
}

async function fetchJson(context: Context, url: string): Promise<unknown> {
  return context.helpers.httpRequest({ url, json: true, timeout: TIMEOUT_MS });
}
