import { credentialFieldsOf, credentialHeadersOf } from '../../providers/authentication/credential-places';
import type { Guard } from '../../providers/authentication/guard';
import { findProvider } from '../../providers';
import type { Provider } from '../../providers/provider';
import type { Source } from '../../providers/receive';
import type { SourceConfig } from '../config/config';

/** A configured source, ready to receive. */
export interface LiveSource {
  readonly config: SourceConfig;
  readonly provider: Provider;
  readonly source: Source;
  /** Names of the headers that its scheme reads, lower-case: never kept in clear. */
  readonly credentialHeaders: readonly string[];
  /** Names of the query fields that its scheme reads. */
  readonly credentialFields: readonly string[];
  /** What a 401 of this source says in WWW-Authenticate; absent where the scheme has no standard challenge. */
  readonly challenge?: string;
}

/**
 * Makes the configured sources ready, by id.
 * @param guardOf what a source enforces (config/guard.ts, with the keys of issuers).
 * @throws Error when the configuration names an unknown provider, which loading it has ruled out.
 */
export function liveSources(configs: readonly SourceConfig[], guardOf: (config: SourceConfig, provider: Provider) => Guard): ReadonlyMap<string, LiveSource> {
  return new Map(configs.map((config) => [config.id, liveSource(config, guardOf)]));
}

function liveSource(config: SourceConfig, guardOf: (config: SourceConfig, provider: Provider) => Guard): LiveSource {
  const provider = findProvider(config.provider);
  if (provider === undefined) throw new Error(`Source ${config.id}: there is no provider named ${config.provider}.`);
  const guard = guardOf(config, provider);
  const challenge = challengeOf(guard);
  return {
    config,
    provider,
    source: { id: config.id, guard, redact: config.redact, pings: config.pings },
    credentialHeaders: credentialHeadersOf(guard),
    credentialFields: credentialFieldsOf(guard),
    ...(challenge === undefined ? {} : { challenge }),
  };
}

function challengeOf(guard: Guard): string | undefined {
  switch (guard.scheme) {
    case 'basic':
      return 'Basic realm="chathooks", charset="UTF-8"';
    case 'oauth2':
      return 'Bearer realm="chathooks"';
    case 'header':
    case 'api-key':
    case 'hmac':
    case 'totp':
    case 'none':
      return undefined;
  }
}
