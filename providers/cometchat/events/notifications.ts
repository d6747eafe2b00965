import type { EventCatalogue } from '../../provider';

/** Campaigns and the notifications that they send: in the app and as push. */
export const notifications = {
  after_campaign_completed: {
    type: 'chat.campaign.completed',
    title: 'Campaign completed',
    group: 'Campaigns and notifications',
    description: 'A campaign has been sent to all its targets.',
    basis: 'documented',
  },
  after_campaign_failed: {
    type: 'chat.campaign.failed',
    title: 'Campaign failed',
    group: 'Campaigns and notifications',
    description: 'A campaign could not be delivered to its targets.',
    basis: 'documented',
  },
  after_notification_created: {
    type: 'chat.notification.created',
    title: 'Notification created',
    group: 'Campaigns and notifications',
    description: 'A notification was created, and its dispatch begins.',
    basis: 'documented',
  },
  after_feed_item_sent: {
    type: 'chat.feed_item.sent',
    title: 'Feed item sent',
    group: 'Campaigns and notifications',
    description: 'An item was sent to a user\'s in-app feed.',
    basis: 'documented',
  },
  after_feed_item_delivered: {
    type: 'chat.feed_item.delivered',
    title: 'Feed item delivered',
    group: 'Campaigns and notifications',
    description: 'A feed item reached the user\'s device.',
    basis: 'documented',
  },
  after_feed_item_read: {
    type: 'chat.feed_item.read',
    title: 'Feed item read',
    group: 'Campaigns and notifications',
    description: 'The user read a feed item.',
    basis: 'documented',
  },
  after_feed_item_interacted: {
    type: 'chat.feed_item.interacted',
    title: 'Feed item interacted',
    group: 'Campaigns and notifications',
    description: 'The user clicked a feed item, or used it in another way.',
    basis: 'documented',
  },
  after_push_notification_sent: {
    type: 'chat.push.sent',
    title: 'Push notification sent',
    group: 'Campaigns and notifications',
    description: 'A push notification was handed to the push service.',
    basis: 'documented',
  },
  after_push_notification_delivered: {
    type: 'chat.push.delivered',
    title: 'Push notification delivered',
    group: 'Campaigns and notifications',
    description: 'A push notification reached the user\'s device.',
    basis: 'documented',
  },
  after_push_notification_clicked: {
    type: 'chat.push.clicked',
    title: 'Push notification clicked',
    group: 'Campaigns and notifications',
    description: 'The user opened a push notification.',
    basis: 'documented',
  },
} as const satisfies EventCatalogue;
