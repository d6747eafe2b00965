/*
 * The signature that Spika's server issued for the webhook of a node, in the node's static data. Written in hooks only:
 * what a delivery writes there, another one at the same time overwrites.
 */
import type { IAllExecuteFunctions } from 'n8n-workflow';
import { textOf } from '../lifecycle/credential';

type Context = Pick<IAllExecuteFunctions, 'getWorkflowStaticData'>;

/** Undefined when there is none: the webhook was never registered, or the node was renamed since. */
export function keptSignature(context: Context): string | undefined {
  return textOf(context.getWorkflowStaticData('node')['signature']) || undefined;
}

/** @param signature undefined forgets the one that is kept. */
export function keepSignature(context: Context, signature: string | undefined): void {
  const data = context.getWorkflowStaticData('node');
  if (signature === undefined) delete data['signature'];
  else data['signature'] = signature;
}
