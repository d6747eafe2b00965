import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthConfig } from '../config/config';
import type { ApiAnswer } from './answer';
import { json } from './answer';
import { refusalView } from './refusals';
import type { RefusalRecord } from './refusals';
import type { Route } from './route';

/** A source as it is shown: nothing of its credentials but the scheme. */
export interface SourceView {
  readonly id: string;
  readonly provider: string;
  /** The provider's name as people write it. */
  readonly title: string;
  readonly scheme: AuthConfig['scheme'];
  readonly url: string;
  readonly validation: 'off' | 'report' | 'strict';
  readonly pings: boolean;
  readonly redact: boolean;
}

export interface OverviewParts {
  readonly sources: () => readonly SourceView[];
  readonly refusals: () => readonly RefusalRecord[];
  readonly open: (request: IncomingMessage, response: ServerResponse) => ApiAnswer | 'streaming';
  readonly describe: () => object;
}

/** What is configured, what was refused, what happens, and what this API is. */
export function overviewRoutes({ sources, refusals, open, describe }: OverviewParts): readonly Route[] {
  return [
    {
      method: 'get',
      path: '/sources',
      operation: { id: 'listSources', summary: 'The configured sources and their URLs', answer: 'SourceList', failures: [] },
      // Field by field: a view that was made from a configuration by spreading it must not carry its secrets out.
      handle: () => json({ sources: sources().map(({ id, provider, title, scheme, url, validation, pings, redact }) => ({ id, provider, title, scheme, url, validation, pings, redact })) }),
    },
    {
      method: 'get',
      path: '/refusals',
      operation: {
        id: 'listRefusals',
        summary: 'Deliveries that were refused lately, and why',
        description: 'In memory only: a restart forgets them. The diagnosis is for the operator; a sender never learns it.',
        answer: 'RefusalList',
        failures: [],
      },
      handle: () => json({ refusals: refusals().map(refusalView) }),
    },
    {
      method: 'get',
      path: '/stream',
      operation: {
        id: 'stream',
        summary: 'Server-Sent Events: each event, attempt and refusal as it happens',
        description: 'Event names: `event` {key, event}, `attempt` {destination, webhookId, keys, outcome, time, …}, `refusal` (as GET /api/refusals has them). A comment every 15 s keeps the connection; a client that reads too slowly is dropped.',
        failures: [503],
      },
      handle: ({ raw, response }) => open(raw, response),
    },
    {
      method: 'get',
      path: '/openapi.json',
      operation: { id: 'describe', summary: 'This description', answer: 'Description', failures: [] },
      handle: () => json(describe()),
    },
  ];
}
