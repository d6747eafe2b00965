/*
 * Publishing a workflow: n8n answers at once and registers the webhooks afterwards, so what became of it is asked for.
 */
import { RestRefusal, type Rest } from './rest';
import { until } from './until';
import type { Workflow } from './workflow';

/** The failure of a `create` shows after five attempts with 15 s of pauses between them. */
const SETTLED_WITHIN = 60_000;

export type Publication =
  | { readonly status: 'published' | 'not_published' }
  /** n8n would not even try: a required parameter or credential is missing. Its message, as the editor shows it. */
  | { readonly status: 'refused'; readonly message: string }
  /** The triggers' messages, as the editor shows them. */
  | { readonly status: 'failed' | 'partial'; readonly message: string };

interface PublicationStatus {
  readonly status: 'published' | 'not_published' | 'in_progress' | 'failed' | 'partial';
  readonly triggers: readonly { readonly errorMessage: string | null }[];
}

/** Publishes this version of the workflow and waits until its triggers are registered, or n8n has given up. */
export async function publish(rest: Rest, { id, versionId }: Workflow): Promise<Publication> {
  try {
    await rest.post(`workflows/${id}/activate`, { versionId });
  } catch (error) {
    if (error instanceof RestRefusal && error.status === 400) return { status: 'refused', message: error.said };
    throw error;
  }
  return settled(rest, id);
}

/** Unpublishes the workflow and waits until its triggers are deregistered, or n8n has given up, which it only logs. */
export async function unpublish(rest: Rest, { id }: Workflow): Promise<Publication> {
  await rest.post(`workflows/${id}/deactivate`, {});
  return settled(rest, id);
}

/** What became of the last change, once it is over. */
export function settled(rest: Rest, id: string): Promise<Publication> {
  return until(
    async () => {
      const { status, triggers } = await rest.get<PublicationStatus>(`workflows/${id}/publication-status`);
      if (status === 'in_progress') return undefined;
      if (status === 'published' || status === 'not_published') return { status };
      return { status, message: triggers.flatMap(({ errorMessage }) => errorMessage ?? []).join('; ') };
    },
    { what: `the publication of workflow ${id} to settle`, within: SETTLED_WITHIN },
  );
}
