/*
 * A webhook of a cidaas tenant, and what is demanded of one. Source: `Cidaas/terraform-provider-cidaas`,
 * helpers/cidaas/webhook.go (the body) and internal/resources/resource_webhook.go (its rules).
 */
import { recordOf } from '../server';

export interface CidaasHook {
  readonly _id: string;
  readonly auth_type: 'APIKEY' | 'TOTP' | 'CIDAAS_OAUTH2';
  readonly url: string;
  readonly events: readonly string[];
  readonly apikeyDetails: { readonly apikey_placeholder?: string; readonly apikey_placement?: 'header' | 'query'; readonly apikey?: string };
  readonly totpDetails: { readonly totp_placeholder?: string; readonly totp_placement?: 'header' | 'query'; readonly totpkey?: string };
  readonly cidaasAuthDetails: { readonly client_id?: string };
  readonly disable: boolean;
  readonly createdTime: string;
  readonly updatedTime: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Lower-case letters and dashes. The vendor's Terraform provider refuses others; that the API does so too is unknown. */
const PLACEHOLDER = /^[a-z-]+$/;

/** What is wrong with a body; undefined when nothing is. @param known the names that the tenant's list has. */
export function faultOf(body: Fields, known: readonly string[]): string | undefined {
  const { url, events, disable } = body;
  if (typeof url !== 'string' || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return 'url is missing or not valid';
  if (!Array.isArray(events) || events.length === 0) return 'events must have at least one event';
  const strange = events.find((event) => !known.includes(String(event)));
  if (strange !== undefined) return `event ${String(strange)} is not supported`;
  // The provider always sends it; that it has to be there is unknown.
  if (typeof disable !== 'boolean') return 'disable is missing';
  return detailsFault(body);
}

/** The details of the chosen kind are needed; those of the others may be missing or `{}`. */
function detailsFault(body: Fields): string | undefined {
  switch (body['auth_type']) {
    case 'APIKEY':
      return keyFault('apikeyDetails', recordOf(body['apikeyDetails']), 'apikey_placeholder', 'apikey_placement', 'apikey');
    case 'TOTP':
      return keyFault('totpDetails', recordOf(body['totpDetails']), 'totp_placeholder', 'totp_placement', 'totpkey');
    case 'CIDAAS_OAUTH2':
      return isText(recordOf(body['cidaasAuthDetails'])?.['client_id']) ? undefined : 'cidaasAuthDetails.client_id is missing';
    default:
      return 'auth_type must be APIKEY, TOTP or CIDAAS_OAUTH2';
  }
}

function keyFault(name: string, details: Fields | undefined, placeholder: string, placement: string, key: string): string | undefined {
  const field = details?.[placeholder];
  if (!isText(field) || !PLACEHOLDER.test(field)) return `${name}.${placeholder} may have lower-case letters and dashes only`;
  if (details?.[placement] !== 'header' && details?.[placement] !== 'query') return `${name}.${placement} must be header or query`;
  return isText(details[key]) ? undefined : `${name}.${key} is missing`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
