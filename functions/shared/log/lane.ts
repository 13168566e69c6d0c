import { header, type LogRecord } from './record.ts';

/** A partition of `beats`, as the records that are made of it carry it: which one, of how many. A replay has one lane. */
export interface Lane {
  readonly index: number;
  readonly of: number;
}

/** The lane of all that belongs to a replay: its documents and ticks lie in one partition. */
export const replayLane: Lane = { index: 0, of: 1 };

/** `3/8`, as the header {@link header.lane} carries it. */
export const laneText = ({ index, of }: Lane): string => `${index}/${of}`;

/** Of one topic; ticks grow with the product of the partitions of two topics. */
export const partitionsMax = 1_000;

/** A record's lane; `undefined` where its header is absent or holds none. */
export function laneOf({ headers }: Pick<LogRecord, 'headers'>): Lane | undefined {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(headers[header.lane] ?? '');
  if (match === null) return undefined;
  const [index, of] = [Number(match[1]), Number(match[2])];
  return index < of && of <= partitionsMax ? { index, of } : undefined;
}
