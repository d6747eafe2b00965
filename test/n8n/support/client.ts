/*
 * What a test does with n8n, in the words of its editor.
 */
import { createExecutionReader, type Execution, type ExpectOptions } from './executions';
import { publish, settled, unpublish, type Publication } from './publication';
import { RestRefusal, type Rest } from './rest';
import { until } from './until';
import { credentialsOf, triggerOf, type Credential, type Parameters, type Workflow, type WorkflowDraft } from './workflow';

const SETTLED_WITHIN = 15_000;

/** A node's or a credential's description, as the editor gets it. */
export interface TypeDescription {
  readonly name: string;
  readonly displayName: string;
  readonly properties: readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}

export interface CredentialTest {
  readonly status: 'OK' | 'Error';
  readonly message: string;
}

export type Listening =
  | { readonly kind: 'listening' }
  /** The node could not be registered for a test event. n8n's message, as the editor shows it. */
  | { readonly kind: 'refused'; readonly message: string };

export interface Choice {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly description?: string;
}

/** Which choices are asked for: those of the parameter at `path`, that the node's method `method` gives. */
export interface ChoicesQuery {
  readonly type: string;
  readonly typeVersion?: number;
  readonly method: string;
  readonly path?: string;
  /** Those that the method reads, defaults included: the editor sends them all. */
  readonly parameters?: Parameters;
  readonly credentials?: readonly Credential[];
}

export interface N8nClient {
  /** All node types, ours and n8n's. A versioned one is there once for each version. */
  nodeTypes(): Promise<readonly TypeDescription[]>;
  credentialTypes(): Promise<readonly TypeDescription[]>;

  createCredential(type: string, data: Parameters, name?: string): Promise<Credential>;
  /** Replaces what the credential holds. */
  updateCredential(credential: Credential, data: Parameters): Promise<void>;
  /** Tests a credential as the editor does when one is saved; none has to be. */
  testCredential(type: string, data: Parameters): Promise<CredentialTest>;
  /** What a node's `loadOptions` method gives. @throws RestRefusal when it throws */
  loadOptions(query: ChoicesQuery): Promise<readonly Choice[]>;
  /** What a node's `listSearch` method gives for a resource locator. @throws RestRefusal when it throws */
  searchList(query: ChoicesQuery & { readonly filter?: string }): Promise<readonly Choice[]>;

  createWorkflow(draft: WorkflowDraft): Promise<Workflow>;
  /** Saves an edit, which goes live when the result is published. */
  edit(workflow: Workflow, change: Partial<WorkflowDraft>): Promise<Workflow>;
  /** Publishes it and waits until its triggers are registered, or n8n has given up: some 20 s with a `create` that fails. */
  publish(workflow: Workflow): Promise<Publication>;
  /** Unpublishes it and waits until its triggers are deregistered. n8n gives up on a `delete` that fails, and only logs it. */
  unpublish(workflow: Workflow): Promise<Publication>;
  publication(workflow: Workflow): Promise<Publication>;

  /** "Listen for test event": registers the trigger at /webhook-test/ until one event came, or two minutes have passed. */
  listen(workflow: Workflow): Promise<Listening>;
  /** Cancels that, and waits until the trigger is deregistered: `path` as for {@link N8nClient.webhookUrl}. */
  stopListening(workflow: Workflow, path?: string): Promise<void>;

  /** Where the trigger of {@link workflowOf} gets deliveries: `path` is the path in its node's webhook description. */
  webhookUrl(workflow: WorkflowDraft, path?: string): string;
  /** The same while it listens for a test event. */
  testWebhookUrl(workflow: WorkflowDraft, path?: string): string;
  /** The same path on this n8n: where to deliver, when a provider was given a public URL. */
  local(urlOrPath: string): string;
  /** The methods that a webhook URL answers; none, when nothing is registered there. Starts no execution. */
  webhookMethods(url: string): Promise<readonly string[]>;
  /** Waits until a webhook URL answers the method. */
  waitForWebhook(url: string, method?: string): Promise<void>;

  /** All executions of a workflow, oldest first. */
  executions(workflow: Workflow): Promise<readonly Execution[]>;
  /** Waits for exactly so many executions, and proves that there is not one more, failed or not. */
  expectExecutions(workflow: Workflow, count: number, options?: ExpectOptions): Promise<readonly Execution[]>;
}

export interface ClientOptions {
  readonly url: string;
  readonly rest: Rest;
  /** The folder with n8n's own node_modules. */
  readonly modules: string;
}

export function createClient({ url, rest, modules }: ClientOptions): N8nClient {
  const reader = createExecutionReader(rest, modules);
  const local = (urlOrPath: string): string => {
    const { pathname, search } = new URL(urlOrPath, url);
    return `${url}${pathname}${search}`;
  };
  const testWebhookUrl = (workflow: WorkflowDraft, path = 'webhook'): string => `${url}/webhook-test/${triggerOf(workflow).webhookId}/${path}`;

  return {
    nodeTypes: () => rest.file('types/nodes.json'),
    credentialTypes: () => rest.file('types/credentials.json'),

    async createCredential(type, data, name = type) {
      const { id } = await rest.post<{ id: string }>('credentials', { name, type, data });
      return { id, name, type };
    },
    updateCredential: async ({ id, name, type }, data) => void (await rest.patch(`credentials/${id}`, { name, type, data })),
    testCredential: (type, data) => rest.post('credentials/test', { credentials: { id: '', name: type, type, data } }),
    loadOptions: (query) => rest.post('dynamic-node-parameters/options', choicesRequest(query)),
    async searchList({ filter, ...query }) {
      const request = { ...choicesRequest(query), ...(filter === undefined ? {} : { filter }) };
      return (await rest.post<{ results: readonly Choice[] }>('dynamic-node-parameters/resource-locator-results', request)).results;
    },

    createWorkflow: (draft) => rest.post('workflows', draft),
    async edit(workflow, change) {
      const { id, name, nodes, connections, settings } = { ...workflow, ...change };
      return rest.patch(`workflows/${id}`, { name, nodes, connections, settings });
    },
    publish: (workflow) => publish(rest, workflow),
    unpublish: (workflow) => unpublish(rest, workflow),
    publication: ({ id }) => settled(rest, id),

    listen: (workflow) => listen(rest, workflow),
    async stopListening(workflow, path) {
      await rest.delete(`test-webhook/${workflow.id}`);
      const gone = async (): Promise<true | undefined> => (await webhookMethods(testWebhookUrl(workflow, path))).length === 0 || undefined;
      await until(gone, { what: `workflow ${workflow.id} to stop listening`, within: SETTLED_WITHIN });
    },

    webhookUrl: (workflow, path = 'webhook') => `${url}/webhook/${triggerOf(workflow).webhookId}/${path}`,
    testWebhookUrl,
    local,
    webhookMethods: (address) => webhookMethods(local(address)),
    waitForWebhook: async (address, method = 'POST') => {
      const live = async (): Promise<true | undefined> => (await webhookMethods(local(address))).includes(method) || undefined;
      await until(live, { what: `${method} ${address} to be answered`, within: SETTLED_WITHIN });
    },

    executions: ({ id }) => reader.list(id),
    expectExecutions: ({ id }, count, options) => reader.expect(id, count, options),
  };
}

async function listen(rest: Rest, workflow: Workflow): Promise<Listening> {
  try {
    const started = await rest.post<{ waitingForWebhook?: boolean }>(`workflows/${workflow.id}/run`, { triggerToStartFrom: { name: triggerOf(workflow).name } });
    if (started.waitingForWebhook !== true) throw new Error(`The trigger of workflow ${workflow.id} ran at once: it has no webhook to listen on.`);
    return { kind: 'listening' };
  } catch (error) {
    if (error instanceof RestRefusal) return { kind: 'refused', message: error.said };
    throw error;
  }
}

/**
 * The preflight of a browser on another site: n8n answers it itself, whatever the node does, and names the methods
 * that are registered. It asks for an `Origin`.
 */
async function webhookMethods(url: string): Promise<readonly string[]> {
  const answer = await fetch(url, { method: 'OPTIONS', headers: { origin: new URL(url).origin } });
  const allowed = answer.headers.get('access-control-allow-methods')?.split(', ') ?? [];
  return allowed.filter((method) => method !== 'OPTIONS');
}

function choicesRequest({ type, typeVersion = 1, method, path = 'parameters', parameters = {}, credentials = [] }: ChoicesQuery): object {
  return {
    nodeTypeAndVersion: { name: type, version: typeVersion },
    methodName: method,
    path,
    currentNodeParameters: parameters,
    credentials: credentialsOf(credentials),
  };
}
