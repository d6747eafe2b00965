import type { INodeProperties } from 'n8n-workflow';

/**
 * Who registers the webhook with the provider.
 * @param needs what the automatic way asks for, after a semicolon: "needs a management key".
 */
export function registrationProperty(provider: string, needs: string): INodeProperties {
  return {
    displayName: 'Registration',
    name: 'registration',
    type: 'options',
    options: [
      { name: 'Automatic', value: 'automatic', description: `Registers the webhook with ${provider} when the workflow is published, and removes it when it is unpublished; ${needs}` },
      { name: 'Manual', value: 'manual', description: `You paste the webhook URL of this node into ${provider}` },
    ],
    default: 'automatic',
    description: `Who registers the webhook with ${provider}`,
  };
}
