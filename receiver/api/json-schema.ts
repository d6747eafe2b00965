/*
 * The vocabulary of the API's description: JSON Schema, each piece of which knows the type of what it describes. What
 * describes an interface has its fields, no other, and each as it is: the compiler sees them drift apart.
 */

declare const described: unique symbol;

/** A JSON Schema of values of a type; exactly that type, neither a wider one nor a narrower. */
export interface Schema<Type> {
  readonly [described]: (value: Type) => Type;
}

/** Each field of an interface with its schema; the name of one that may be absent ends with `?`, as in the interface. */
export type Fields<Type> = { readonly [Key in keyof Type & string as object extends Pick<Type, Key> ? `${Key}?` : Key]-?: Schema<Exclude<Type[Key], undefined>> };

export const text: Schema<string> = schemaOf({ type: 'string' });
export const time: Schema<string> = schemaOf({ type: 'string', format: 'date-time' });
export const number: Schema<number> = schemaOf({ type: 'number' });
export const count: Schema<number> = schemaOf({ type: 'integer', minimum: 0 });
export const flag: Schema<boolean> = schemaOf({ type: 'boolean' });

/** A schema that is written out, where the words below have none for it. */
export function schemaOf<Type>(schema: object): Schema<Type> {
  return schema as Schema<Type>;
}

export function oneOf<const Word extends string>(...words: readonly Word[]): Schema<Word> {
  return schemaOf({ type: 'string', enum: [...words] });
}

export function constant<const Word extends string>(word: Word): Schema<Word> {
  return schemaOf({ const: word });
}

export function list<Type>(items: Schema<Type>): Schema<readonly Type[]> {
  return schemaOf({ type: 'array', items });
}

/** The same schema, with a sentence about it. */
export function told<Type>(schema: Schema<Type>, description: string): Schema<Type> {
  return schemaOf({ ...schema, description });
}

/** An object that an interface stands for: `objectOf<Member>({ id: text, 'name?': text })`. */
export function objectOf<Type>(fields: Fields<Type>): Schema<Type> {
  return schemaOf(object(fields));
}

/** An object that no interface stands for. The names of fields that may be absent end with `?`. */
export function object(fields: Readonly<Record<string, object>>): Schema<unknown> {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name.replace(/\?$/, ''), schema]));
  const required = Object.keys(fields).filter((name) => !name.endsWith('?'));
  return schemaOf({ type: 'object', properties, ...(required.length === 0 ? {} : { required }) });
}
