/** Where a body is kept while it is read: it takes as much room as it has bytes, and there is only so much. */
export interface Room {
  /** True: what is announced is set aside before the first byte is there, so that what was begun can be ended. */
  readonly reserves: boolean;
  /** Takes room for so many more bytes. False when there is none, and nothing was taken. */
  grow(bytes: number): boolean;
  /** Gives back room for so many bytes. */
  shrink(bytes: number): void;
}

/** For bodies whose number and size are bounded otherwise. */
export const UNCOUNTED: Room = { reserves: false, grow: () => true, shrink: () => undefined };
