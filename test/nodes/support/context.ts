/*
 * The contexts that n8n calls a trigger's functions with, as far as a trigger may rely on them.
 */
import { randomUUID } from 'node:crypto';
import type { IBinaryData, IDataObject, IHookFunctions, IHttpRequestOptions, INode, INodeType, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { httpRequest, httpRequestWithAuthentication } from './http';
import type { CredentialInUse } from './http';

export interface NodeSetup {
  /** As in the editor: the node's name. */
  readonly name?: string;
  readonly nodeId?: string;
  readonly workflowId?: string;
  readonly workflowName?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** By the name of the credential's type. */
  readonly credentials?: Readonly<Record<string, CredentialInUse>>;
  readonly url?: string;
  readonly mode?: 'trigger' | 'manual' | 'webhook';
  /** What comes of the run that n8n is given; it succeeds unless said otherwise. */
  readonly storing?: 'succeeds' | 'fails' | 'goes on';
  /** What `getWorkflowStaticData('node')` gives: the very object. */
  readonly staticData?: IDataObject;
}

export interface Logged {
  readonly level: string;
  readonly message: string;
}

/** What came of a delivery. */
export interface Reaction {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly result: IWebhookResponseData;
  readonly logged: readonly Logged[];
}

export interface Request {
  readonly body: Buffer | string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly url?: string;
  /** When n8n has the bytes: before the node is asked, only when they are asked for, or never, as of a form with files. */
  readonly rawBody?: 'at once' | 'when asked for' | 'cut off' | 'never';
}

export function hookContext(setup: NodeSetup, logged: Logged[] = []): IHookFunctions {
  return { ...shared(setup, logged), getNodeWebhookUrl: () => setup.url, getActivationMode: () => 'activate', getWebhookName: () => 'default' } as unknown as IHookFunctions;
}

/** Calls a hook of a node, as n8n does. */
export async function callHook(node: INodeType, hook: 'checkExists' | 'create' | 'delete', setup: NodeSetup, logged: Logged[] = []): Promise<boolean> {
  const method = node.webhookMethods?.['default']?.[hook];
  if (method === undefined) throw new Error(`The node has no ${hook}.`);
  return method.call(hookContext(setup, logged));
}

/** Hands a node a request, as n8n does: what the node answers and what it gives the workflow. */
export async function deliver(node: INodeType, setup: NodeSetup, request: Request): Promise<Reaction> {
  const logged: Logged[] = [];
  const response = fakeResponse();
  const context = {
    ...shared(setup, logged),
    getRequestObject: () => fakeRequest(request),
    getResponseObject: () => response.object,
    getHeaderData: () => ({}),
    // Always the production URL, also while n8n listens for a test event.
    getNodeWebhookUrl: () => setup.url,
    getWebhookName: () => 'default',
  };
  const result = await node.webhook?.call(context as unknown as IWebhookFunctions);
  if (result === undefined) throw new Error('The node takes no webhooks.');
  if (result.noWebhookResponse !== true) answerAsN8n(response.object, result, setup.storing);
  return { ...response.sent, result, logged };
}

function shared(setup: NodeSetup, logged: Logged[]): object {
  const node = { id: setup.nodeId ?? 'node-1', name: setup.name ?? 'Trigger', type: 'test', typeVersion: 1, position: [0, 0], parameters: {} } as INode;
  const log = (level: string) => (message: string) => void logged.push({ level, message });
  const credentialOf = (type: string): CredentialInUse => {
    const found = setup.credentials?.[type];
    if (found === undefined) throw new Error(`Node does not have any credentials set for "${type}"`);
    return found;
  };
  return {
    getNode: () => node,
    getWorkflow: () => ({ id: setup.workflowId ?? 'workflow-1', name: setup.workflowName ?? 'My workflow', active: true }),
    getMode: () => setup.mode ?? 'webhook',
    getTimezone: () => 'UTC',
    getWorkflowStaticData: () => setup.staticData ?? {},
    getCredentials: async (type: string) => ({ ...credentialOf(type).data }),
    getNodeParameter: (name: string, fallback?: unknown) => parameter(setup.parameters ?? {}, name, fallback),
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    helpers: {
      httpRequest,
      httpRequestWithAuthentication: async (type: string, options: IHttpRequestOptions) => httpRequestWithAuthentication(node, credentialOf(type), options),
      prepareBinaryData: async (data: Buffer, fileName?: string, mimeType?: string): Promise<IBinaryData> => ({
        data: data.toString('base64'),
        mimeType: mimeType ?? 'application/octet-stream',
        ...(fileName === undefined ? {} : { fileName }),
        id: randomUUID(),
      }),
    },
  };
}

/** Dotted names reach into collections, as in n8n; without a fallback a missing one throws. A function stands for an expression. */
function parameter(parameters: Readonly<Record<string, unknown>>, name: string, fallback: unknown): unknown {
  const found = name.split('.').reduce<unknown>((here, key) => (typeof here === 'object' && here !== null ? (here as Record<string, unknown>)[key] : undefined), parameters);
  if (typeof found === 'function') return (found as () => unknown)();
  if (found !== undefined) return found;
  if (fallback === undefined) throw new Error(`Could not get parameter "${name}"`);
  return fallback;
}

function fakeRequest({ body, headers = {}, url = '/webhook/abc/webhook', rawBody = 'at once' }: Request): object {
  const pairs = Array.isArray(headers) ? (headers as (readonly [string, string])[]) : Object.entries(headers);
  const request = { rawHeaders: pairs.flat(), headers: Object.fromEntries(pairs), originalUrl: url, url, method: 'POST' };
  const bytes = { rawBody: Buffer.from(body) };
  switch (rawBody) {
    case 'at once':
      return { ...request, ...bytes, readRawBody: async () => undefined };
    case 'when asked for':
      return { ...request, readRawBody: async function (this: object) { Object.assign(this, bytes); } };
    case 'cut off':
      return { ...request, readRawBody: async () => { throw new Error('request aborted'); } };
    case 'never':
      return request;
  }
}

/** n8n stores the run and then gives the node's answer, or a 500 when it could not; while it stores, nothing is answered. */
function answerAsN8n(response: FakeResponse, { webhookResponse }: IWebhookResponseData, storing: NodeSetup['storing'] = 'succeeds'): void {
  if (storing === 'succeeds') response.status(200).json(webhookResponse);
  if (storing === 'fails') response.status(500).json({ code: 0, message: 'There was a problem executing the workflow' });
}

interface FakeResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  status(status: number): FakeResponse;
  setHeader(name: string, value: string): FakeResponse;
  type(value: string): FakeResponse;
  json(body: unknown): FakeResponse;
  send(body: unknown): FakeResponse;
}

function fakeResponse(): { object: FakeResponse; sent: { status: number | undefined; headers: Record<string, string>; body: unknown } } {
  const sent = { status: undefined as number | undefined, headers: {} as Record<string, string>, body: undefined as unknown };
  const end = (body: unknown): FakeResponse => ((sent.body = body), (sent.status ??= 200), object);
  const object: FakeResponse = {
    get statusCode() {
      return sent.status ?? 200;
    },
    status: (status) => ((sent.status = status), object),
    setHeader: (name, value) => ((sent.headers[name.toLowerCase()] = value), object),
    type: (value) => ((sent.headers['content-type'] = value), object),
    get headersSent() {
      return sent.body !== undefined;
    },
    get writableEnded() {
      return sent.body !== undefined;
    },
    json: end,
    send: end,
  };
  return { object, sent };
}
