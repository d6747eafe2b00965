import type { IWebhookFunctions } from 'n8n-workflow';

export type Output = 'normalized' | 'raw' | 'both';

/** What the user set at the node about the events it lets through and the items it makes. */
export interface DeliverySettings {
  /** The provider's own names, as chosen and as typed; `*` stands for all. */
  readonly events: readonly string[];
  readonly output: Output;
  readonly ignoreActors: ReadonlySet<string>;
  readonly splitOutputs: boolean;
  readonly includeHeaders: boolean;
  readonly downloadMedia: boolean;
  readonly dedupe: boolean;
  /** A ping becomes an event. */
  readonly pings: boolean;
}

/** Reads the parameters, whatever an expression made of them. @throws n8n's own error for an expression that fails. */
export function readSettings(context: IWebhookFunctions): DeliverySettings {
  const options = context.getNodeParameter('options', {});
  const option = (name: string): unknown => (typeof options === 'object' && options !== null ? (options as Readonly<Record<string, unknown>>)[name] : undefined);
  const output = context.getNodeParameter('output', 'normalized');
  return {
    events: chosenEventNames(context),
    output: output === 'raw' || output === 'both' ? output : 'normalized',
    ignoreActors: new Set(namesOf(option('ignoreActors'))),
    splitOutputs: option('splitOutputs') === true,
    includeHeaders: option('includeHeaders') === true,
    downloadMedia: option('downloadMedia') === true,
    dedupe: option('dedupe') !== false,
    pings: option('emitPings') === true,
  };
}

/** The events that a node is for, by the names that the user chose and typed; `*` stands for all. */
export function chosenEventNames(context: { getNodeParameter(name: string, fallback: unknown): unknown }): readonly string[] {
  return [...new Set([...namesOf(context.getNodeParameter('events', ['*'])), ...namesOf(context.getNodeParameter('customEvents', ''))])];
}

/** A list, or a text with commas or line breaks between the names; trimmed, none empty. Ids may come as numbers. */
export function namesOf(value: unknown): readonly string[] {
  const parts: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[,\n]/) : [value];
  return parts.flatMap((part) => (typeof part === 'string' || typeof part === 'number' ? String(part).trim() : '') || []);
}
