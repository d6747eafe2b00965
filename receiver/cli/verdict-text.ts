import { diagnoses, refusals } from '../../providers/refusals';
import type { Diagnosis } from '../../providers/refusals';
import { isRecord } from '../config/record';
import type { Outcome } from '../ingest/take';
import { columns, printable } from './print';

type Refused = Extract<Outcome, { kind: 'refused' }>;
type Kept = Extract<Outcome, { kind: 'kept' }>;

/** What became of a recorded request, for programs. */
export function verdictView(outcome: Outcome): object {
  switch (outcome.kind) {
    case 'kept':
      return { verdict: 'accepted', events: eventsOf(outcome), issues: issuesOf(outcome) };
    case 'handshake':
      return { verdict: 'handshake', answer: outcome.reply.body };
    case 'refused': {
      const { code, diagnosis } = outcome;
      return { verdict: 'refused', status: refusals[code].status, code, ...(diagnosis === undefined ? {} : { diagnosis }), message: explanationOf(outcome) };
    }
    case 'aborted':
      return { verdict: 'aborted' };
  }
}

/** The same, for people. */
export function verdictLines(outcome: Outcome): readonly string[] {
  switch (outcome.kind) {
    case 'kept': {
      const rows = eventsOf(outcome).map((event) => [event.type, event.source, event.id].map((value) => printable(String(value))));
      const issues = issuesOf(outcome).map(({ path, message }) => printable(`${path === '' ? 'body' : path}: ${message}`));
      return [`Accepted: ${rows.length === 1 ? '1 event' : `${rows.length} events`}.`, columns(rows, '  '), ...issues.map((issue) => `Noted: ${issue}`)];
    }
    case 'handshake':
      return ['Accepted as a ping: it is answered, and gives no event.'];
    case 'refused': {
      const { code, diagnosis } = outcome;
      return [`Refused: ${refusals[code].status} ${code}${diagnosis === undefined ? '' : `, ${diagnosis}`}.`, explanationOf(outcome)];
    }
    case 'aborted':
      return ['Neither: the request is not whole. Record it again.'];
  }
}

function explanationOf({ code, diagnosis }: Refused): string {
  return isDiagnosis(diagnosis) ? diagnoses[diagnosis] : refusals[code].message;
}

function isDiagnosis(text: string | undefined): text is Diagnosis {
  return text !== undefined && Object.hasOwn(diagnoses, text);
}

function eventsOf({ arrivals }: Kept): readonly Readonly<Record<string, unknown>>[] {
  return arrivals.map(({ event }) => JSON.parse(event) as unknown).filter(isRecord);
}

/** They are about the delivery, and stand with each of its events. */
function issuesOf({ arrivals }: Kept): Kept['arrivals'][number]['issues'] {
  return arrivals[0]?.issues ?? [];
}
