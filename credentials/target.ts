import type { IHttpRequestOptions } from 'n8n-workflow';

/**
 * Where a request goes. n8n's HTTP Request node still has the address in `uri`; hooks and credential tests have it in
 * `url`, which may be relative to `baseURL`.
 * @returns undefined for what is no address.
 */
export function targetOf(options: IHttpRequestOptions & { readonly uri?: unknown }): URL | undefined {
  const { baseURL = '', url, uri } = options;
  const address = [url, uri].find((one) => typeof one === 'string' && one !== '');
  if (typeof address !== 'string') return undefined;
  // A whole address goes where it says, whatever the base URL is.
  const isWhole = /^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(address);
  return URL.parse(isWhole ? address : `${baseURL}${address}`) ?? undefined;
}
