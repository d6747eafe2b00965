import type { INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { ManagementFailure } from '../../providers/management/failure';

/**
 * A failure as n8n's error. Of a failed publication n8n shows the message and nothing else, so that the remedy is in it.
 */
export function failureError(node: INode, { code, message }: ManagementFailure): NodeOperationError {
  const error = new NodeOperationError(node, message, { description: `Code: ${code}` });
  // In a message that has an error code in it (ECONNREFUSED, ENOTFOUND …), n8n puts a sentence of its own in its place.
  error.message = message;
  return error;
}
