import type { IHttpRequestOptions } from 'n8n-workflow';

/** True for a request to the host that a credential is for. What is in it is shown to no other. */
export function isFor(baseUrl: unknown, options: IHttpRequestOptions): boolean {
  const own = URL.parse(textOf(baseUrl));
  return own !== null && own.origin === targetOf(options)?.origin;
}

/** A text without the white space that a pasted one often brings; anything else is empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

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
