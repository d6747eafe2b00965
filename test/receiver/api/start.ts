import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import express from 'express';
import { createActivity } from '../../../receiver/api/activity';
import { createApi, type ApiParts } from '../../../receiver/api/api';
import { createRecentRefusals } from '../../../receiver/api/refusals';
import type { DestinationConfig } from '../../../receiver/config/config';
import { loadDestinations } from '../../../receiver/forward/destinations';
import { silentLog } from '../../../receiver/telemetry/log';
import type { Arrival } from '../../../receiver/store/store';
import { MemoryStore } from './memory-store';

export const TOKEN = 'canary-admin-token-7f3a';
/** The secret of every destination and source here: it must be in no answer. */
export const SECRET = 'canary-secret-91c2';

export const sources = [
  { id: 'support-chat', provider: 'cometchat', title: 'CometChat', scheme: 'basic', url: 'http://127.0.0.1/hooks/support-chat', validation: 'report', pings: false, redact: true },
  { id: 'idp', provider: 'cidaas', title: 'cidaas', scheme: 'totp', url: 'http://127.0.0.1/hooks/idp', validation: 'strict', pings: false, redact: true },
] as const;

export function destinationConfig(id: string, changes: Partial<DestinationConfig> = {}): DestinationConfig {
  return { id, url: `http://127.0.0.1:5678/webhook/${id}`, secrets: [SECRET], events: ['**'], concurrency: 4, batch: { max: 1, waitMs: 50 }, timeoutMs: 15_000, order: 'none', retry: { attempts: 10 }, ...changes };
}

export function arrival(id: string, changes: Partial<Arrival> & { readonly text?: string } = {}): Arrival {
  const { text = `hello ${id}`, ...rest } = changes;
  const fields = { hook: 'support-chat', provider: 'cometchat', type: 'chat.message.sent', source: '/cometchat/app', ...rest };
  const event = JSON.stringify({
    specversion: '1.0', id, source: fields.source, type: fields.type, time: '2026-11-21T10:00:00.000Z', datacontenttype: 'application/json',
    provider: fields.provider, providerevent: 'message_sent', hook: fields.hook, receivedat: '2026-11-21T10:00:00.120Z',
    data: { message: { id, text }, raw: { id } },
  });
  return {
    fingerprint: Buffer.from(id), id, event, receivedAt: Date.parse('2026-11-21T10:00:00.120Z'),
    headers: [['content-type', 'application/json'], ['authorization', '[redacted]']], body: Buffer.from(`{"id":"${id}"}`), bodyRedacted: false, issues: [], destinations: ['n8n'],
    ...fields,
  };
}

/** The API on a free port, with everything around it that a test may look at or change. */
export async function startApi(changes: Partial<ApiParts> & { readonly configured?: readonly DestinationConfig[] } = {}) {
  const { configured = [destinationConfig('n8n')], ...parts } = changes;
  const store = new MemoryStore();
  const destinations = await loadDestinations({ store, configured, clock: Date.now, log: silentLog });
  const activity = createActivity();
  const refusals = createRecentRefusals();
  const woken: string[] = [];
  const api = createApi({
    store, destinations, activity, sources: () => sources, wake: (ids) => void woken.push(...ids), circuit: () => 'closed', checkAddress: async () => undefined,
    refusals: () => refusals.list(), token: () => TOKEN, version: '1.2.3', log: silentLog, ...parts,
  });
  const app = express().disable('x-powered-by').use('/api', api);
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/api`;

  /** Asks with the right token; the body goes as JSON. */
  async function ask(path: string, { method = 'GET', body, headers = {} }: { readonly method?: string; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {}) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: (text === '' ? undefined : JSON.parse(text)) as Answered };
  }

  async function stop(): Promise<void> {
    api.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  return { url, port, ask, api, store, destinations, activity, refusals, woken, stop };
}

/** What a test reads from an answer, whichever it is. */
export interface Answered {
  readonly error?: { readonly code: string; readonly message: string };
  readonly events?: readonly { readonly key: string; readonly event: object; readonly deliveries: readonly object[] }[];
  readonly deliveries?: readonly { readonly key: string; readonly destination: string }[];
  readonly destinations?: readonly { readonly id: string; readonly disabledAt?: string }[];
  readonly sources?: readonly object[];
  readonly refusals?: readonly { readonly time: string; readonly source: string; readonly status: number; readonly code: string; readonly diagnosis?: string; readonly explanation?: string }[];
  readonly replayed?: number;
  readonly next?: string;
}
