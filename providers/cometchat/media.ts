/*
 * CometChat's files. Newer apps hand out pre-signed addresses, which a plain GET answers; older ones may ask for a
 * token, which the app's key buys. Sources: README.md, "Media".
 */
import { at, text } from '../fields';
import { isJsonObject } from '../json/json';
import type { JsonValue } from '../json/json';
import { isOwnHost } from './access';
import type { DownloadMedia, FetchMedia, MediaAnswer } from '../media';

export interface MediaCredential {
  readonly appId: string;
  /** The app's REST API key; empty when there is none. */
  readonly apiKey: string;
}

const TOKEN_HOST = 'files-';

/** Downloads with an app's credential. */
export function downloadMedia(credential: MediaCredential): DownloadMedia {
  return ({ url }, fetchMedia) => {
    const address = url === undefined ? null : URL.parse(url);
    // The only scheme that CometChat hands out; any other address is not one of its files.
    return address?.protocol === 'https:' ? download(address, credential, fetchMedia) : undefined;
  };
}

async function download(address: URL, credential: MediaCredential, fetchMedia: FetchMedia): Promise<MediaAnswer> {
  // The key goes to CometChat's hosts and nowhere else: an attachment's address is whatever its sender wrote.
  const mayHoldKey = isOwnHost(address) && credential.apiKey !== '' && !isPresigned(address);
  if (mayHoldKey && address.hostname.startsWith(TOKEN_HOST)) return byToken(address, credential, fetchMedia);
  const answer = await fetchMedia({ url: address.href, reach: 'public' });
  return mayHoldKey && answer.kind === 'answered' && answer.status === 401 ? byToken(address, credential, fetchMedia) : answer;
}

function isPresigned({ searchParams }: URL): boolean {
  return searchParams.has('Expires') && searchParams.has('Signature');
}

/** First the address with a token, then the file: it redirects to one that is good for five minutes. */
async function byToken(address: URL, { appId, apiKey }: MediaCredential, fetchMedia: FetchMedia): Promise<MediaAnswer> {
  const asked = new URL(address);
  asked.searchParams.set('redirect', '0');
  const answer = await fetchMedia({ url: asked.href, headers: { appId, apiKey }, reach: 'public' });
  const found = answer.kind === 'answered' && answer.status === 200 ? text(at(parsed(answer.body), 'data', 'url')) : undefined;
  const target = found === undefined ? null : URL.parse(found);
  return target?.protocol === 'https:' ? fetchMedia({ url: target.href, reach: 'public' }) : answer;
}

/** The answer is a small document; a file that is mistaken for one is not parsed in full. */
function parsed(body: Uint8Array): JsonValue | undefined {
  if (body.length > 65_536) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
