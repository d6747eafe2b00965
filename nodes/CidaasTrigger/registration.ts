import type { IHookFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import type { DeliveryAuthentication } from '../../providers/cidaas/management';
import { createRegistration } from '../../providers/cidaas/registration';
import type { CidaasWebhook } from '../../providers/cidaas/webhook';
import { parameter, readAuthentication } from '../identity/authentication';
import type { Authentication } from '../identity/authentication';
import { deliveryKey } from '../identity/delivery-key';
import { ownerOf } from '../lifecycle/derived-secret';
import { createSend } from '../lifecycle/send';
import { webhookUrl } from '../lifecycle/webhook';
import type { NodeWebhook } from '../lifecycle/webhook';
import { registrationMode } from '../parameters/registration-mode';
import { chosenEventNames } from '../webhook/settings';
import { CREDENTIAL, credentialOf } from './credential';
import type { CidaasCredential } from './credential';
import { knownId } from './known-id';

const registration = createRegistration(sleep);

/** The webhook that this node wants at cidaas; undefined when it is registered by hand. */
export async function webhookOf(context: IHookFunctions): Promise<NodeWebhook<CidaasWebhook>> {
  if (registrationMode(context) === 'manual') return undefined;
  const credential = credentialOf(await context.getCredentials(CREDENTIAL));
  return {
    registration,
    send: createSend(context, CREDENTIAL, credential.baseUrl),
    wanted: {
      url: webhookUrl(context),
      events: chosenEventNames(context),
      authentication: deliveryAuthenticationOf(context, readAuthentication(context), credential),
      resource: credential.resource,
      knownId: knownId(context),
    },
  };
}

function deliveryAuthenticationOf(context: IHookFunctions, authentication: Authentication, credential: CidaasCredential): DeliveryAuthentication {
  if (authentication.scheme === 'oauth2') return { type: 'CIDAAS_OAUTH2', clientId: parameter(context, 'deliveryClientId') || credential.clientId };
  return {
    type: authentication.scheme === 'totp' ? 'TOTP' : 'APIKEY',
    placeholder: authentication.name,
    placement: authentication.in,
    key: deliveryKey(credential.clientSecret, ownerOf(context), authentication),
  };
}

/** The key that the user entered at the webhook, for manual registration. */
export async function manualKey(context: IHookFunctions): Promise<string> {
  return credentialOf(await context.getCredentials(CREDENTIAL)).deliverySecret;
}
