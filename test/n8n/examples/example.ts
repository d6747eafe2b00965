/*
 * The workflows of `examples/`, as the editor's "Import from file" reads them, and what their user fills in afterwards.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/samples';
import { credentialsOf } from '../support/workflow';
import type { Credential, Parameters, Workflow, WorkflowDraft, WorkflowNode } from '../support/workflow';

/** A file of `examples/`: a workflow, and data pinned to its nodes. */
export interface Example extends WorkflowDraft {
  readonly pinData: Readonly<Record<string, unknown>>;
}

export interface FillIn {
  /** By the name of a node: credentials, since n8n has none that it could choose. */
  readonly credentials: Readonly<Record<string, readonly Credential[]>>;
  /** By the name of a node: the parameters that change. */
  readonly parameters?: Readonly<Record<string, Parameters>>;
  /** Nodes that are switched off: what comes to them leaves them as it is. */
  readonly off?: readonly string[];
}

const FOLDER = join(root, 'examples');

/** Without `.json`. */
export const exampleNames: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

export function readExample(name: string): Example {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Example;
}

/** The nodes of a workflow, filled in. @throws for a name that no node has: the test is older than the example */
export function filledIn({ nodes }: WorkflowDraft, { credentials, parameters = {}, off = [] }: FillIn): readonly WorkflowNode[] {
  const named = [...Object.keys(credentials), ...Object.keys(parameters), ...off];
  const unknown = named.filter((name) => nodes.every((node) => node.name !== name));
  if (unknown.length > 0) throw new Error(`The example has no node named ${unknown.join(', ')}.`);
  return nodes.map((node) => ({
    ...node,
    parameters: { ...node.parameters, ...parameters[node.name] },
    ...(credentials[node.name] === undefined ? {} : { credentials: credentialsOf(credentials[node.name] ?? []) }),
    ...(off.includes(node.name) ? { disabled: true } : {}),
  }));
}

/** @throws when there is none */
export function nodeOf({ nodes }: WorkflowDraft, name: string): WorkflowNode {
  const found = nodes.find((node) => node.name === name);
  if (found === undefined) throw new Error(`There is no node named ${name}.`);
  return found;
}

/** The path at n8n under which a trigger gets deliveries once the workflow is published. */
export function webhookPath(workflow: Workflow, trigger: string): string {
  return `/webhook/${nodeOf(workflow, trigger).webhookId}/webhook`;
}
