import type { ICredentialDataDecryptedObject, IAllExecuteFunctions } from 'n8n-workflow';

/** A text of a credential or a parameter, trimmed: a pasted key often brings white space. Anything else is empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

/** What a node's credential holds, or nothing when none is set or it can't be read: what is empty admits nobody. */
export async function readCredential(context: Pick<IAllExecuteFunctions, 'getCredentials' | 'getNode' | 'logger'>, name: string): Promise<ICredentialDataDecryptedObject> {
  try {
    return await context.getCredentials(name);
  } catch (error) {
    context.logger.warn(`"${context.getNode().name}" can't read its credential, so that it lets nothing in. Check the credential of the node.`, { reason: error instanceof Error ? error.message : 'unknown' });
    return {};
  }
}
