/*
 * What n8n would not say of a workflow when it is imported: parameters that a node does not know are kept and ignored, so
 * that a workflow looks right and does something else.
 */
import { NodeHelpers } from 'n8n-workflow';
import type { INode, INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { isDeepStrictEqual } from 'node:util';
import type { TypeDescription } from '../support/client';
import type { WorkflowNode } from '../support/workflow';
import type { Example } from './example';

const STICKY_NOTE = 'n8n-nodes-base.stickyNote';

/** What is left to the user: a room, a document. */
const IS_REQUIRED = 'is required';

/**
 * What is wrong with an example, in one line each.
 * @param types all that n8n has, with each version's parameters.
 */
export function faultsOf(example: Example, types: readonly TypeDescription[]): readonly string[] {
  const { nodes, pinData } = example;
  return [
    ...nodes.flatMap((node) => nodeFaults(node, types).map((fault) => `${node.name}: ${fault}`)),
    ...repeated(nodes.flatMap(({ id, webhookId }) => [id, ...(webhookId === undefined ? [] : [webhookId])])).map((id) => `${id} is there twice`),
    ...repeated(nodes.map(({ name }) => name)).map((name) => `${name} is there twice`),
    ...connectionFaults(example),
    ...(Object.keys(pinData).length === 0 ? [] : ['it has pinned data']),
    ...(nodes.some(({ type }) => type === STICKY_NOTE) ? [] : ['no note says what to do']),
  ];
}

function nodeFaults(node: WorkflowNode, types: readonly TypeDescription[]): readonly string[] {
  const ofType = types.filter(({ name }) => name === node.type);
  if (ofType.length === 0) return [`there is no node type ${node.type}`];
  const newest = Math.max(...ofType.flatMap(versionsOf));
  const description = ofType.find((type) => versionsOf(type).includes(node.typeVersion)) as unknown as INodeTypeDescription | undefined;
  if (description === undefined) return [`${node.type} has no version ${node.typeVersion}`];
  return [
    ...(node.typeVersion === newest ? [] : [`version ${node.typeVersion} of ${node.type} is not the newest, ${newest}`]),
    ...parameterFaults(node as unknown as INode, description),
    ...(node.credentials === undefined ? [] : ['it names credentials']),
    ...((node.webhookId !== undefined) === (description.webhooks !== undefined) ? [] : ['a webhook ID is missing or too many']),
  ];
}

/** As n8n's editor saves them: defaults, hidden ones and unknown ones fall away. And no choice that is none. */
function parameterFaults(node: INode, description: INodeTypeDescription): readonly string[] {
  const kept = NodeHelpers.getNodeParameters(description.properties, node.parameters, false, false, node, description) ?? {};
  const choices = NodeHelpers.getNodeParametersIssues(description.properties, node, description)?.parameters ?? {};
  return [
    ...differences(node.parameters, kept).map((path) => `the editor would not keep ${path}`),
    ...Object.values(choices).flat().filter((issue) => !issue.includes(IS_REQUIRED)),
    ...description.properties.flatMap((property) => unofferedChoices(property, node.parameters[property.name])),
  ];
}

/** n8n looks at a single choice and not at several. */
function unofferedChoices({ type, name, options = [] }: INodeProperties, chosen: unknown): readonly string[] {
  if (type !== 'multiOptions' || !Array.isArray(chosen)) return [];
  const offered = new Set<unknown>(options.map((option) => ('value' in option ? option.value : undefined)));
  return chosen.filter((value) => !offered.has(value)).map((value) => `${name} does not offer ${String(value)}`);
}

/** The paths at which the second lacks or changes what the first has. */
function differences(one: unknown, other: unknown, path = 'parameters'): readonly string[] {
  if (isDeepStrictEqual(one, other)) return [];
  if (!isRecord(one) || !isRecord(other)) return [path];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) => differences(one[key], other[key], `${path}.${key}`));
}

/** Ends that are no nodes, and nodes that nothing leads to. */
function connectionFaults({ nodes, connections }: Example): readonly string[] {
  const names = new Set(nodes.map(({ name }) => name));
  const ends = Object.values(connections as Connections).flatMap(({ main }) => main.flat().map(({ node }) => node));
  const reached = new Set(ends);
  const isStart = ({ type, name }: WorkflowNode): boolean => type === STICKY_NOTE || /trigger$/i.test(type) || reached.has(name);
  return [
    ...[...Object.keys(connections), ...ends].filter((name) => !names.has(name)).map((name) => `a connection names ${name}, which is no node`),
    ...nodes.filter((node) => !isStart(node)).map(({ name }) => `nothing leads to ${name}`),
  ];
}

type Connections = Readonly<Record<string, { readonly main: readonly (readonly { readonly node: string }[])[] }>>;

function versionsOf({ version }: TypeDescription): readonly number[] {
  return Array.isArray(version) ? (version as number[]) : [version as number];
}

function repeated(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

function isRecord(value: unknown): value is INodeParameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
