import type { NormalizedEvent } from '../../providers/event';
import { chatEventTypes } from '../../providers/event';
import type { Provider } from '../../providers/provider';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const IDENTITY_TYPE = /^identity\.(?:unknown|[a-z0-9_]+\.[a-z0-9_]+)$/;

/** Where an event is not as the interface says: its envelope, and what its parts may hold. */
export function shapeFaults(event: NormalizedEvent, provider: Provider): readonly string[] {
  const { raw, ...parts } = event.data;
  const envelope: Readonly<Record<string, boolean>> = {
    specversion: event.specversion === '1.0',
    datacontenttype: event.datacontenttype === 'application/json',
    id: typeof event.id === 'string' && event.id !== '',
    source: event.source.startsWith(`/${provider.name}/`) && !/[\s"<>\\^`{|}]/.test(event.source),
    type: isType(event.type, provider),
    time: ISO_TIME.test(event.time),
    receivedat: ISO_TIME.test(event.receivedat),
    provider: event.provider === provider.name,
    hook: event.hook !== '',
    providerevent: event.providerevent !== '',
    raw: typeof raw === 'object',
  };
  const faults = Object.entries(envelope).flatMap(([name, isRight]) => (isRight ? [] : [name]));
  return [...faults, ...Object.entries(parts).flatMap(([name, value]) => valueFaults(value, name))];
}

function isType(type: string, provider: Provider): boolean {
  return provider.family === 'chat' ? (chatEventTypes as readonly string[]).includes(type) : IDENTITY_TYPE.test(type);
}

/** Parts are absent rather than null or empty, ids are strings, times are ISO. */
function valueFaults(value: unknown, path: string): readonly string[] {
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return entries.length === 0 ? [`${path} is empty`] : entries.flatMap(([key, item]) => valueFaults(item, `${path}.${key}`));
  }
  const key = path.slice(path.lastIndexOf('.') + 1);
  if (/^(?:size|durationSeconds)$/.test(key)) return typeof value === 'number' ? [] : [`${path} is no number`];
  if (typeof value !== 'string' || value === '') return [`${path} is ${value === '' ? 'empty' : typeof value}`];
  return /^(?:.*At|at)$/.test(key) && !ISO_TIME.test(value) ? [`${path} is no time: ${value}`] : [];
}
