/*
 * A CometChat Trigger as a user set it up, and deliveries to it.
 */
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { CometChatApi } from '../../../credentials/CometChatApi.credentials';
import type { JsonObject } from '../../../providers/json/json';
import { readSample } from '../../support/samples';
import type { NodeSetup, Request } from './context';

export const APP = '27318c05d9a4ef60';
export const WEBHOOK_URL = 'https://n8n.example.com/webhook/6f1c2a9e/webhook';

/** As entered in the dashboard, for manual registration. */
export const LOGIN = { username: 'chathooks', password: 'Zq7Lw2Xn9Vb4' } as const;

const CREDENTIAL = {
  appId: APP,
  region: 'eu',
  apiKey: 'rest-api-key',
  managementApiKey: 'management-key',
  managementSecret: 'management-secret',
  webhookUsername: LOGIN.username,
  webhookPassword: LOGIN.password,
  baseUrl: 'https://apimgmt.cometchat.io',
  apiBaseUrl: '',
};

export interface Change extends Omit<NodeSetup, 'parameters' | 'credentials'> {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly credential?: ICredentialDataDecryptedObject;
}

/** Everything at its default, but registered by hand: deliveries then prove themselves with {@link LOGIN}. */
export function byHand({ parameters, ...change }: Change = {}): NodeSetup {
  return automatic({ ...change, parameters: { registration: 'manual', ...parameters } });
}

/** Everything at its default. */
export function automatic({ parameters, credential, ...others }: Change = {}): NodeSetup {
  return {
    url: WEBHOOK_URL,
    parameters: { registration: 'automatic', events: ['*'], customEvents: '', output: 'normalized', options: {}, ...parameters },
    credentials: { cometChatApi: { type: new CometChatApi(), data: { ...CREDENTIAL, ...credential } } },
    ...others,
  };
}

/** The header of HTTP Basic, as CometChat sends it. */
export function basic(username: string = LOGIN.username, password: string = LOGIN.password): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** A delivery that shows {@link LOGIN}. */
export function delivery(body: unknown, headers: Readonly<Record<string, string>> = {}): Request {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return { body: bytes, headers: { 'Content-Type': 'application/json', Authorization: basic(), ...headers } };
}

/** The body of a published sample. */
export function bodyOf(sample: string): JsonObject {
  return readSample('cometchat', sample).body;
}

/** A message that points at files; its id makes it the only one of its kind. */
export function messageWith(attachments: readonly object[], id = 'with-files'): object {
  return { trigger: 'message_sent', appId: APP, region: 'eu', webhook: 'hook', data: { message: { id, sender: 'sven', receiverType: 'user', receiver: 'ines', category: 'message', type: 'file', sentAt: 1772610461, updatedAt: 1772610461, data: { attachments } } } };
}
