/*
 * What a Spika server knows: its users, rooms, files and webhooks.
 */

/** Oct 2022, Feb 2023, Mar 2024. */
export type Generation = 'A' | 'B' | 'C';

export interface SpikaUser {
  readonly id: number;
  readonly displayName: string;
  /** 16 characters, of one of the user's devices. */
  readonly accessToken: string;
  /** 30 days after it was issued; never, unless said. */
  readonly tokenExpiresAt?: Date;
  /** Asked for in generation C only; true unless said. */
  readonly isVerified?: boolean;
}

export interface SpikaRoom {
  readonly id: number;
  readonly type: 'private' | 'group';
  readonly members: readonly { readonly userId: number; readonly isAdmin: boolean }[];
}

export interface SpikaFile {
  readonly id: number;
  readonly fileName: string;
  /** The name under which it lies on the disk, and last part of generation A's `path`. */
  readonly clientId: string;
  readonly bytes: Uint8Array;
}

export interface SpikaWorld {
  readonly users: readonly SpikaUser[];
  readonly rooms: readonly SpikaRoom[];
  readonly files: readonly SpikaFile[];
}

/** A webhook as the API shows it; times in milliseconds since 1970. */
export interface SpikaHook {
  readonly id: number;
  readonly url: string;
  readonly verifySignature: string;
  readonly roomId: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface Spika extends SpikaWorld {
  /** By id, the oldest first. */
  readonly hooks: Map<number, SpikaHook>;
}

/** The token of the user that there is unless others are given. */
export const SPIKA_TOKEN = 'Kd83hsLq02MxTz7P';

const USER: SpikaUser = { id: 23, displayName: 'Mara Lindqvist', accessToken: SPIKA_TOKEN };

const ROOMS: readonly SpikaRoom[] = [
  { id: 42, type: 'group', members: [{ userId: 23, isAdmin: true }] },
  { id: 43, type: 'group', members: [{ userId: 23, isAdmin: false }] },
  { id: 44, type: 'private', members: [{ userId: 23, isAdmin: false }, { userId: 24, isAdmin: true }] },
];

export function createSpika({ users = [USER], rooms = ROOMS, files = [] }: Partial<SpikaWorld>): Spika {
  return { users, rooms, files, hooks: new Map() };
}
