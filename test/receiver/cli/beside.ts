import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN_TOKEN, BASIC, BASIC_HEADER, running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { readSample } from '../../support/samples';

/** A receiver to run commands beside, with a source named chat that takes {@link deliverTo}. */
export async function receiverBeside(folder: string, destinations: readonly object[] = []): Promise<Running> {
  const receiver = await running({ sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }], destinations });
  await writeConfig(folder, { listen: { port: receiver.port }, destinations });
  return receiver;
}

/** The same configuration as a file, for the command line. Returns its path. */
export async function writeConfig(folder: string, options: object): Promise<string> {
  const path = join(folder, 'chathooks.yaml');
  // JSON is YAML.
  await writeFile(path, JSON.stringify({ admin: { token: ADMIN_TOKEN }, sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }], ...options }), { mode: 0o600 });
  return path;
}

/** Sends the receiver an event. */
export async function deliverTo(receiver: Running): Promise<void> {
  const { body, headers } = readSample('cometchat', 'message_sent');
  const answer = await receiver.post('/hooks/chat', body, { ...headers, authorization: BASIC_HEADER });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Waits until the receiver says something of a destination. */
export async function untilDestination(receiver: Running, id: string, holds: (shown: Shown) => boolean): Promise<Shown> {
  return until(async () => (await receiver.get<{ destinations: readonly Shown[] }>('/destinations')).destinations.find((shown) => shown.id === id && holds(shown)));
}

export interface Shown {
  readonly id: string;
  readonly disabledAt?: string;
  readonly deliveries: { readonly pending: number; readonly dead: number; readonly delivered: number };
}
