import { createHmac } from 'node:crypto';

/** Whose secret it is: each node has its own, which a rename of the node or an edit of the workflow does not change. */
export interface Owner {
  readonly workflowId: string;
  readonly nodeId: string;
}

/**
 * The secret that a provider is to prove itself with, derived from the credential's own. So there is nothing to store:
 * what a trigger writes to its static data, a delivery at the same time can undo.
 * @param root the credential's secret; empty gives undefined, since anybody could derive from that.
 * @param purpose tells apart what one node needs: `username`, `password`.
 * @returns 64 hexadecimal characters, which every provider takes; nothing about the root can be told from them.
 */
export function deriveSecret(root: string, { workflowId, nodeId }: Owner, purpose: string): string | undefined {
  if (root === '') return undefined;
  return createHmac('sha256', root).update(JSON.stringify(['chathooks', workflowId, nodeId, purpose])).digest('hex');
}

/** The node that a hook or a delivery is for. */
export function ownerOf(context: { getNode(): { readonly id: string }; getWorkflow(): { readonly id?: string | undefined } }): Owner {
  return { workflowId: context.getWorkflow().id ?? '', nodeId: context.getNode().id };
}
