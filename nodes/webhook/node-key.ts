import { ownerOf } from '../lifecycle/derived-secret';

/** What tells a node from every other one of the process; the same after a rename. */
export function nodeKey(context: Parameters<typeof ownerOf>[0]): string {
  const { workflowId, nodeId } = ownerOf(context);
  return JSON.stringify([workflowId, nodeId]);
}
