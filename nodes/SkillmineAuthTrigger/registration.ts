import type { IHookFunctions } from 'n8n-workflow';
import type { DeliveryCredential } from '../../providers/skillmine/management';
import { registration } from '../../providers/skillmine/registration';
import { DEFAULT_KINDS } from '../../providers/skillmine/webhook';
import type { SkillmineWebhook } from '../../providers/skillmine/webhook';
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
import type { SkillmineCredential } from './credential';

/** The webhook that this node wants at Skillmine Auth; undefined when it is registered by hand. */
export async function webhookOf(context: IHookFunctions): Promise<NodeWebhook<SkillmineWebhook>> {
  if (registrationMode(context) === 'manual') return undefined;
  const credential = credentialOf(await context.getCredentials(CREDENTIAL));
  const authentication = readAuthentication(context);
  return {
    registration,
    send: createSend(context, CREDENTIAL, credential.baseUrl),
    wanted: {
      url: webhookUrl(context),
      baseUrl: credential.baseUrl,
      label: `n8n ${context.getWorkflow().name ?? ''}`,
      events: chosenEventNames(context),
      notificationType: parameter(context, 'options.notificationType') || DEFAULT_KINDS.notificationType,
      hookType: parameter(context, 'options.hookType') || DEFAULT_KINDS.hookType,
      authenticationType: parameter(context, 'options.authenticationType') || DEFAULT_KINDS.authenticationType[authentication.scheme],
      credential: deliveryCredentialOf(context, authentication, credential),
    },
  };
}

function deliveryCredentialOf(context: IHookFunctions, authentication: Authentication, credential: SkillmineCredential): DeliveryCredential {
  if (authentication.scheme !== 'oauth2') return { scheme: authentication.scheme, key: deliveryKey(credential.clientSecret, ownerOf(context), authentication) };
  return {
    scheme: 'oauth2',
    clientId: credential.deliveryClientId,
    clientSecret: credential.deliveryClientSecret,
    tokenUrl: parameter(context, 'oauthUrl') || `${credential.baseUrl}/token-srv/token`,
  };
}

/** The key that the user entered at the webhook, for manual registration. */
export async function manualKey(context: IHookFunctions): Promise<string> {
  return credentialOf(await context.getCredentials(CREDENTIAL)).deliverySecret;
}
