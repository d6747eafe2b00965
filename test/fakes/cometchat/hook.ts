/** A webhook as CometChat keeps it; more than it tells. */
export interface CometChatHook {
  readonly id: string;
  readonly name: string;
  readonly webhookURL: string;
  readonly enabled: boolean;
  readonly useBasicAuth: boolean;
  readonly retryOnFailure: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly triggers: readonly string[];
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One of the two systems of webhooks that an app has. */
export interface System {
  readonly hooks: Map<string, CometChatHook>;
  /** The triggers that it knows. */
  readonly triggers: readonly string[];
}
