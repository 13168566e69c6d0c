import { type Lane, partitionsMax } from '../domain/lane.ts';
import { header, type LogRecord } from './record.ts';

/** Returns a record's lane, or `undefined` if the header is absent or malformed. */
export function laneOf({ headers }: Pick<LogRecord, 'headers'>): Lane | undefined {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(headers[header.lane] ?? '');
  if (match === null) return undefined;
  const [index, of] = [Number(match[1]), Number(match[2])];
  return index < of && of <= partitionsMax ? { index, of } : undefined;
}
