import type { ICredentialDataDecryptedObject, IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { faultOf, guardOf } from './credential';

/** Stops a publication that could never take a delivery, with what to do, and warns of one that takes anybody's. */
export function checkSettings(context: IHookFunctions, credential: ICredentialDataDecryptedObject): void {
  const fault = faultOf(credential);
  if (fault !== undefined) throw new NodeOperationError(context.getNode(), fault);
  if (guardOf(credential).scheme === 'none') {
    context.logger.warn(`"${context.getNode().name}" asks nobody for anything: whoever knows its URL can start the workflow. Choose a verification in the credential.`);
  }
}
