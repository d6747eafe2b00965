import type { User } from '../event';
import { at, id, part, time } from '../fields';
import type { JsonObject } from '../json/json';
import type { Finding, Reader } from './finding';
import { subjectOf } from './finding';

/** after_campaign_completed, after_campaign_failed. */
export const campaign: Reader = (data) => dispatched(data, 'campaign', 'campaignId', 'completedAt');

/** after_notification_created. */
export const notification: Reader = (data) => dispatched(data, 'notification', 'notificationId', 'createdAt');

/** after_feed_item_*. The moment that counts is the trigger's: `status` lags behind (still `read` when interacted with). */
export const feedItem = (moment: string): Reader => (data) => dispatched(data, 'feed_item', 'id', moment);

/** after_push_notification_*. */
export const push = (moment: string): Reader => (data) => dispatched(data, 'push', 'pushNotificationId', moment);

/** The common model has no part for campaigns and notifications: what it can say is whom one was for. */
function dispatched(data: JsonObject, kind: string, idKey: string, moment: string): Finding {
  const found = id(at(data, idKey));
  return {
    key: [found, id(at(data, moment))],
    time: time(at(data, moment)),
    subject: subjectOf(kind, found),
    data: { user: part<User>({ id: id(at(data, 'receiver')) }) },
  };
}
