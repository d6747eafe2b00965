import type { INodeExecutionData, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { NormalizedEvent } from '../../providers/event';
import type { Provider } from '../../providers/provider';
import { isOffered } from '../parameters/events';
import { canonical } from './selection';

/** Where events go that no group of the catalogue has. */
const OTHER = 'Other';

/** The groups of a provider's catalogue in its order: with `splitOutputs` each has an output of its own, and then "Other". */
export function groupsOf(provider: Provider): readonly string[] {
  const offered = Object.values(provider.events).filter(isOffered);
  return [...new Set(offered.map(({ group }) => group))];
}

/** The outputs of a node, as the expression that n8n evaluates whenever the options change. */
export function outputsOf(provider: Provider): Exclude<INodeTypeDescription['outputs'], unknown[]> {
  const split = [...groupsOf(provider), OTHER].map((displayName) => ({ type: NodeConnectionTypes.Main, displayName }));
  return `={{ $parameter["options"]?.["splitOutputs"] === true ? ${JSON.stringify(split)} : ${JSON.stringify([{ type: NodeConnectionTypes.Main }])} }}`;
}

/** One list of items for each output. */
export function distribute(
  items: readonly (readonly [NormalizedEvent, INodeExecutionData])[],
  provider: Provider,
  splitOutputs: boolean,
): INodeExecutionData[][] {
  if (!splitOutputs) return [items.map(([, item]) => item)];
  const groups = groupsOf(provider);
  const outputs: INodeExecutionData[][] = [...groups, OTHER].map(() => []);
  for (const [{ providerevent }, item] of items) {
    const name = canonical(provider, providerevent);
    const group = Object.hasOwn(provider.events, name) ? provider.events[name]?.group : undefined;
    const index = group === undefined ? -1 : groups.indexOf(group);
    outputs[index === -1 ? groups.length : index]?.push(item);
  }
  return outputs;
}
