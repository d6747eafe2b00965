import type { IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { registrationMode } from '../parameters/registration-mode';
import { readAuthentication } from './authentication';
import { isBounded } from './guard';

/**
 * Throws when the settings are such that every delivery would be refused: told at publication, and not found out later
 * from a workflow that never starts.
 * @param key what the credential holds for manual registration.
 */
export function assertReady(context: IHookFunctions, key: string): void {
  const authentication = readAuthentication(context);
  if (authentication.scheme === 'oauth2') {
    if (isBounded(authentication)) return;
    throw new NodeOperationError(context.getNode(), 'Fill in \'Scopes\' or \'Audience\'. Without either, the token of any user who signs in would do, so that nothing is let in.');
  }
  if (registrationMode(context) === 'automatic' || key !== '') return;
  throw new NodeOperationError(context.getNode(), 'Fill in \'Delivery Secret\' in the credential: the key that you entered at the webhook. Without it no delivery is let in.');
}
