import type { INodeProperties } from 'n8n-workflow';

type Option = Extract<NonNullable<INodeProperties['options']>[number], INodeProperties>;

const dedupe: Option = {
  displayName: 'Drop Repeated Deliveries',
  name: 'dedupe',
  type: 'boolean',
  default: true,
  description: 'Whether a delivery that the provider sends again starts the workflow only once. The n8n process remembers the last 20,000 events, until it restarts.',
};

const downloadMedia: Option = {
  displayName: 'Download Media',
  name: 'downloadMedia',
  type: 'boolean',
  default: false,
  description: 'Whether to download the files of a message as binary data; what became of each is in the item under media. The provider is answered before that, so that what n8n fails to store afterwards is lost.',
};

const ignoreActors: Option = {
  displayName: 'Ignore Actors',
  name: 'ignoreActors',
  type: 'string',
  default: '',
  placeholder: 'e.g. support-bot, 42',
  description: 'IDs of users and bots whose events are dropped, separated by commas. Put in the account that this workflow answers with, or its answers start it again and again.',
};

const includeHeaders: Option = {
  displayName: 'Include Headers',
  name: 'includeHeaders',
  type: 'boolean',
  default: false,
  description: 'Whether to add the HTTP headers of the delivery to each item. Credentials among them are redacted.',
};

const splitOutputs: Option = {
  displayName: 'Split Outputs by Event Group',
  name: 'splitOutputs',
  type: 'boolean',
  default: false,
  description: 'Whether the node has one output for each group of events, and one more for events that belong to none',
};

const SHARED = { dedupe, downloadMedia, ignoreActors, includeHeaders, splitOutputs } as const;

/** The collection of optional settings: those of the shared ones that a node has, and its own. */
export function optionsProperty(names: readonly (keyof typeof SHARED)[], own: readonly Option[] = []): INodeProperties {
  const options = [...names.map((name) => SHARED[name]), ...own].sort((one, other) => one.displayName.localeCompare(other.displayName, 'en'));
  return { displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, options };
}
