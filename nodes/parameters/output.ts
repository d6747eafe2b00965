import type { INodeProperties } from 'n8n-workflow';

/** What an item holds. */
export const outputProperty: INodeProperties = {
  displayName: 'Output',
  name: 'output',
  type: 'options',
  options: [
    { name: 'Both', value: 'both', description: 'The normalized event, and beside it the body as the provider sent it, under raw' },
    { name: 'Normalized', value: 'normalized', description: 'The event in one shape, the same for every provider; the body as sent is in data.raw' },
    { name: 'Raw', value: 'raw', description: 'The body as the provider sent it; Include Headers and Download Media add headers and media to it' },
  ],
  default: 'normalized',
  description: 'What each item holds',
};
