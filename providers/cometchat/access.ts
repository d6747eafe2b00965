/*
 * Which of an app's credentials a request carries. There are two pairs for two hosts: neither is shown to the other,
 * nor to anybody else.
 */
import { DEFAULT_BASE_URL } from './management';

/** The fields of a credential that matter here; none has to be there. */
export type AccessFields = Readonly<Record<string, unknown>>;

/** CometChat's own hosts, the dedicated clusters' included (README.md, "Management API"). */
const OWN_HOSTS = /(?:^|\.)(?:cometchat\.io|cc-cluster-2\.io|cc-edge-2\.io)$/;

/**
 * The headers that prove an app to the host of a URL: key and secret to the management API, the API key to the app's
 * API. None for any other host.
 */
export function credentialHeaders(fields: AccessFields, url: string): Readonly<Record<string, string>> {
  const target = URL.parse(url);
  if (target === null) return {};
  const key = textOf(fields['managementApiKey']);
  // The origin and not the host: the same host without encryption would have everybody on the way read along.
  if (key !== '' && target.origin === originOf(textOf(fields['baseUrl']) || DEFAULT_BASE_URL)) return { key, secret: textOf(fields['managementSecret']) };
  const isAppApi = isOwnHost(target) || target.origin === originOf(textOf(fields['apiBaseUrl']));
  return isAppApi ? { appId: textOf(fields['appId']), apikey: textOf(fields['apiKey']) } : {};
}

/** True for one of CometChat's own hosts, over an encrypted connection. */
export function isOwnHost({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' && OWN_HOSTS.test(hostname);
}

/** Undefined for what is no http or https address: all those have the same origin, "null". */
function originOf(address: string): string | undefined {
  const url = URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
