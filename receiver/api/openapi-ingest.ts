import { refusals } from '../../providers/refusals';

/** The ingest URL in OpenAPI's words, its refusals read from the contract. */
export const ingestPath: Readonly<Record<string, object>> = {
  '/hooks/{source}': {
    post: {
      operationId: 'deliver',
      summary: 'What providers call: one delivery',
      description: 'Authenticated as the source is configured; the admin token is never taken here. Answered after the event is durable.',
      security: [],
      parameters: [{ name: 'source', in: 'path', required: true, description: 'The id of a source.', schema: { type: 'string' } }],
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', description: 'As the provider documents it.' } } } },
      responses: {
        200: {
          description: 'Durable, or known already. A handshake or ping may be answered as its provider asks.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Receipt' } } },
        },
        ...Object.fromEntries([...new Set(Object.values(refusals).map(({ status }) => status))].map((status) => [status, refused(status)])),
      },
    },
  },
};

function refused(status: number): object {
  const codes = Object.entries(refusals).flatMap(([code, refusal]) => (refusal.status === status ? [code] : []));
  return { description: `Refused: ${codes.join(', ')}.`, content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}
