/** A room for series that was full within the last minutes: a partition's of detect, or one entity's in it. */
export interface FullRoom {
  /** `cluster/kind/name`; absent for the whole partition. */
  readonly entity?: string;
  /** Append times, ms: when it was full first, and last. */
  readonly sinceMs: number;
  readonly newestMs: number;
  /** What was new last, `cluster/kind/name`. */
  readonly newest: string;
  /** Series that were forgotten to make room, and new ones that were refused, since then. */
  readonly forgotten: number;
  readonly refused: number;
}

/** Why detect counts a series that made room for another one; an alarm watches it. */
export const forgottenForNew = 'forgotten for new series';

/** The block of detect's state that holds them. It always lies in the ledger's item, where health finds it. */
export const fullRoomsBlock = 'full';

export function encodeFullRooms(rooms: readonly FullRoom[]): Uint8Array {
  return Buffer.from(JSON.stringify(rooms));
}

export function decodeFullRooms(bytes: Uint8Array): readonly FullRoom[] {
  return JSON.parse(Buffer.from(bytes).toString());
}
