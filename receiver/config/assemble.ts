import type { WrittenAuth } from './auth-schema';
import type { AuthConfig, Config, DestinationConfig } from './config';
import type { WrittenDestination, WrittenFile } from './schema';

/** A configuration as the library takes it: the API and the inspector are there only with an admin token. */
export type LibraryConfig = Omit<Config, 'admin'> & { readonly admin?: Config['admin'] };

/** What was written, checked by the schema, as the receiver uses it. */
export function assemble(written: WrittenFile): LibraryConfig {
  const { listen, publicUrl, store, admin, limits, retention, sources, destinations } = written;
  return {
    listen: { host: listen.host, port: listen.port },
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, '') }),
    store,
    ...(admin === undefined ? {} : { admin: { token: admin.token } }),
    limits: { bodyBytes: limits.bodyBytes },
    retention: { days: retention.days },
    sources: sources.map(({ id, provider, auth, validation, pings, redact }) => ({ id, provider, auth: authOf(auth), validation, pings, redact })),
    destinations: destinations.map(destinationOf),
  };
}

/** One destination as the receiver uses it. */
export function destinationOf(written: WrittenDestination): DestinationConfig {
  const { id, url, events, sources, concurrency, batch, timeoutMs, retry } = written;
  return {
    id,
    url,
    secrets: listed(written.secret, written.secrets),
    events,
    ...(sources === undefined ? {} : { sources }),
    concurrency,
    batch: { max: batch.max, waitMs: batch.waitMs },
    timeoutMs,
    retry: { attempts: retry.attempts },
  };
}

function authOf(written: WrittenAuth): AuthConfig {
  switch (written.scheme) {
    case 'basic':
      return { scheme: 'basic', username: written.username, secrets: listed(written.password, written.secrets) };
    case 'header':
      return { scheme: 'header', name: written.name, secrets: listed(written.secret, written.secrets) };
    case 'api-key': {
      const { scheme, in: place, name } = written;
      return { scheme, in: place, ...(name === undefined ? {} : { name }), secrets: listed(written.secret, written.secrets) };
    }
    case 'hmac': {
      const { scheme, header, algorithm, encoding, prefix } = written;
      return {
        scheme,
        ...(header === undefined ? {} : { header }),
        algorithm,
        encoding,
        ...(prefix === undefined ? {} : { prefix }),
        secrets: listed(written.secret, written.secrets),
      };
    }
    case 'totp': {
      const { scheme, in: place, name, algorithm, digits, period, encoding, window } = written;
      return { scheme, in: place, name, algorithm, digits, period, encoding, window, secrets: listed(written.secret, written.secrets) };
    }
    case 'oauth2': {
      const { scheme, issuer, audience, scopes, algorithm, clockTolerance, jwksUri } = written;
      return {
        scheme,
        issuer,
        ...(audience === undefined ? {} : { audience }),
        scopes,
        algorithm,
        clockTolerance,
        ...(jwksUri === undefined ? {} : { jwksUri }),
      };
    }
    case 'none':
      return { scheme: 'none', because: written.because };
  }
}

function listed(single: string | undefined, several: readonly string[] | undefined): readonly string[] {
  return single === undefined ? (several ?? []) : [single];
}
