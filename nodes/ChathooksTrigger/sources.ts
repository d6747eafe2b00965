import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { succeeded } from '../../providers/management/request';
import { readCredential } from '../lifecycle/credential';
import { failureError } from '../lifecycle/failure-error';
import { createSend } from '../lifecycle/send';
import { CREDENTIAL, credentialOf } from './credential';
import { listSources, readSources } from './destination';
import { failure } from './registration';

/** The sources of the credential's receiver, for the list in the node. Throws, with what to check, when they can't be had. */
export async function sourceOptions(context: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { baseUrl, adminToken } = credentialOf(await readCredential(context, CREDENTIAL));
  // Before a credential is chosen there is nothing to ask, and nothing wrong.
  if (adminToken === '') return [];
  const answer = await createSend(context, CREDENTIAL, baseUrl)(listSources());
  const sources = succeeded(answer) ? readSources(answer.body) : undefined;
  if (sources === undefined) throw failureError(context.getNode(), failure(answer, 'list its sources').failure);
  return sources.map(({ id, title }) => ({ name: title === undefined ? id : `${id} (${title})`, value: id }));
}
