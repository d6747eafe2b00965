import { z } from 'zod';

/** What a checked body has to look like, as JSON Schema. */
export function bodySchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...description } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return description;
}

/** The query parameters that a schema describes, as OpenAPI has them. */
export function queryParameters(schema: z.ZodType): readonly object[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = typeof property === 'object' ? property : {};
    return { name, in: 'query', required: false, description, schema: rest };
  });
}
