import type { Guard } from '../../providers/authentication/guard';
import type { Provider } from '../../providers/provider';
import { guardFor } from '../config/guard';
import { hookUrl } from './address';
import { Failure } from './failure';
import { chooseSource, readConfiguration } from './sources';

export interface TargetOptions {
  readonly to?: string;
  readonly source?: string;
  readonly config: string;
  readonly bearer?: string;
}

/** Where deliveries go, and what proves them. */
export interface Target {
  readonly url: URL;
  /** Undefined: nothing is proved. */
  readonly guard?: Guard;
}

/**
 * What the options name: a URL, a source, or the URL and credentials of a source.
 * @throws Failure when they name nothing that there is, or nothing that can be proved.
 */
export async function targetOf(provider: Provider, { to, source: id, config: path, bearer }: TargetOptions): Promise<Target> {
  const elsewhere = to === undefined ? undefined : URL.parse(to);
  if (elsewhere === null || (elsewhere !== undefined && !/^https?:$/.test(elsewhere.protocol))) {
    throw new Failure('usage', '--to is not a URL that begins with http:// or https://. Write one, such as http://127.0.0.1:8080/hooks/chat.');
  }
  if (elsewhere !== undefined && id === undefined) return { url: elsewhere };
  const { config } = await readConfiguration(path);
  const source = chooseSource(config, provider, id);
  const url = elsewhere ?? new URL(hookUrl(config, source.id));
  if (bearer !== undefined) return { url };
  const guard = guardFor(source.auth, provider, () => {
    throw new Failure('no_credentials', `Only its issuer can make a token for the source ${source.id}. Pass one with --bearer <token>.`);
  });
  return { url, guard };
}
