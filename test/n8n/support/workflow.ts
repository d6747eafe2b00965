/*
 * Workflows as n8n keeps them, and the smallest one that shows a trigger at work.
 */
import { randomUUID } from 'node:crypto';

export type Parameters = Readonly<Record<string, unknown>>;

/** A credential that n8n has. */
export interface Credential {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

export interface WorkflowNode {
  readonly id: string;
  readonly name: string;
  /** `<package>.<node>`. */
  readonly type: string;
  readonly typeVersion: number;
  readonly position: readonly [number, number];
  readonly parameters: Parameters;
  readonly credentials?: CredentialsOfNode;
  readonly webhookId?: string;
}

export type CredentialsOfNode = Readonly<Record<string, { readonly id: string; readonly name: string }>>;

export interface WorkflowDraft {
  readonly name: string;
  readonly nodes: readonly WorkflowNode[];
  readonly connections: Readonly<Record<string, object>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A workflow that n8n has, as of its last edit. */
export interface Workflow extends WorkflowDraft {
  readonly id: string;
  readonly versionId: string;
}

export interface TriggerDraft {
  readonly type: string;
  /** `Trigger` unless given. */
  readonly name?: string;
  /** 1 unless given. */
  readonly typeVersion?: number;
  readonly parameters?: Parameters;
  readonly credentials?: readonly Credential[];
}

/** A workflow of one trigger, a node of this type, and a node named `End` behind its first output that does nothing. */
export function workflowOf({ type, name = 'Trigger', typeVersion = 1, parameters = {}, credentials = [] }: TriggerDraft): WorkflowDraft {
  const trigger: WorkflowNode = {
    id: randomUUID(),
    name,
    type,
    typeVersion,
    position: [0, 0],
    parameters,
    credentials: credentialsOf(credentials),
    webhookId: randomUUID(),
  };
  const after: WorkflowNode = { id: randomUUID(), name: 'End', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [220, 0], parameters: {} };
  return {
    name: `${name} ${trigger.id.slice(0, 8)}`,
    nodes: [trigger, after],
    connections: { [name]: { main: [[{ node: after.name, type: 'main', index: 0 }]] } },
    settings: { executionOrder: 'v1' },
  };
}

/** How a node names the credentials that it uses. */
export function credentialsOf(credentials: readonly Credential[]): CredentialsOfNode {
  return Object.fromEntries(credentials.map(({ type, id, name }) => [type, { id, name }]));
}

/** The node that {@link workflowOf} put first. */
export function triggerOf({ nodes: [trigger] }: WorkflowDraft): WorkflowNode {
  if (trigger === undefined) throw new Error('The workflow has no nodes.');
  return trigger;
}

/** The workflow with other parameters of its trigger: those that are named change, the others stay. */
export function withParameters<Draft extends WorkflowDraft>(workflow: Draft, parameters: Parameters): Draft {
  const [trigger, ...others] = workflow.nodes;
  if (trigger === undefined) throw new Error('The workflow has no nodes.');
  return { ...workflow, nodes: [{ ...trigger, parameters: { ...trigger.parameters, ...parameters } }, ...others] };
}
