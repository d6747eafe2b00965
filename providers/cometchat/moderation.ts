import { at, id, list, object, part, text, time } from '../fields';
import type { JsonValue } from '../json/json';
import type { Moderation } from '../event';
import type { Finding, Reader } from './finding';
import { sentMessage } from './messages';

/** moderation_engine_approved, moderation_manual_approved. */
export const approved: Reader = (data) => decided(data, 'approved', time(at(data, 'message', 'updatedAt')));

/** moderation_engine_blocked. */
export const stopped: Reader = (data) =>
  decided(data, 'blocked', time(at(list(data, 'moderation')[0], 'rule', 'blockedAt')) ?? time(at(data, 'message', 'updatedAt')));

/** moderation_engine_failed. The message is called `resource` and has no content; `outcome` is what happened to it. */
export const undecided: Reader = (data) => {
  const found = sentMessage(object(data, 'resource'));
  return {
    ...found,
    key: [id(at(data, 'resource', 'id')), id(at(data, 'completedAt'))],
    time: time(at(data, 'completedAt')) ?? found.time,
    data: {
      ...found.data,
      moderation: part<Moderation>({
        verdict: text(at(data, 'outcome')),
        // Not the messages: they quote what the app's own endpoint answered.
        reasons: distinct(list(data, 'failures').map((failure) => at(failure, 'category'))),
      }),
    },
  };
};

/** The rules come along on some deliveries only. */
function decided(data: Parameters<Reader>[0], verdict: string, moment: string | undefined): Finding {
  const found = sentMessage(object(data, 'message'));
  const rules = list(data, 'moderation').map((match) => at(match, 'rule', 'name') ?? at(match, 'rule', 'id'));
  return { ...found, time: moment ?? found.time, data: { ...found.data, moderation: part<Moderation>({ verdict, reasons: distinct(rules) }) } };
}

function distinct(values: readonly (JsonValue | undefined)[]): readonly string[] {
  return [...new Set(values.map(text).filter((value) => value !== undefined))];
}
