/** A partition of `beats`, as later stages follow it: its index, and the number of lanes. A replay has one lane. */
export interface Lane {
  readonly index: number;
  readonly of: number;
}

/** The lane of all documents and ticks of a replay, which are in one partition. */
export const replayLane: Lane = { index: 0, of: 1 };

/** Returns a lane as a header contains it: `3/8`. */
export const laneText = ({ index, of }: Lane): string => `${index}/${of}`;

/**
 * The limit of the partitions of a topic. The number of ticks grows with the product of the partitions of two topics.
 */
export const partitionsMax = 1_000;
