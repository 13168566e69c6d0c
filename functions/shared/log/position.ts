import { header, type LogRecord } from './record.ts';

/**
 * A position orders the records of one producer within a partition, so that a repeat is noticed. It identifies a record on
 * its way; the ids of alerts and documents are made of their content instead. The number and ordinal are, of
 *
 * - a stage with state: the transaction, and the index of the effect in it;
 * - normalise: the offset in `beats`, and the index of the effect of that record;
 * - a replay: the line of the recording, and the index of the record of that line;
 * - a redrive: the index of the letter in its run, and 0.
 */
export interface Position {
  /**
   * The name of the producer. Each partition that a stage reads is one (`detect/offbeat.samples/0`,
   * `normalise/offbeat.beats/3`); so is each recording (`replay/<hash>`), and each run of a redrive for each partition to
   * which it sends (`redrive/<run>/offbeat.beats/3`).
   */
  readonly producer: string;
  readonly epoch: number;
  readonly number: number;
  readonly ordinal: number;
}

/** Returns a position as the header `position` contains it: four words, the producer without spaces. */
export function positionText(position: Position): string {
  return `${position.producer} ${position.epoch} ${position.number} ${position.ordinal}`;
}

/** The limit of a producer's name: a stage, a topic (at most 249 characters) and a partition. */
const producerCharactersMax = 300;

/** Parses the text of a header. Returns `undefined` if it is not a position. */
export function parsePosition(text: string): Position | undefined {
  const [producer, ...words] = text.split(' ', 5);
  const numbers = words.map((word) => (/^\d{1,16}$/.test(word) ? Number(word) : Number.NaN));
  const [epoch, number, ordinal, more] = numbers;
  if (!producer || producer.length > producerCharactersMax || !numbers.every(Number.isSafeInteger)) return undefined;
  if (epoch === undefined || number === undefined || ordinal === undefined || more !== undefined) return undefined;
  return { producer, epoch, number, ordinal };
}

/** Returns whether `position` comes after the position `seen` of the same producer. */
export function isAbove(position: Position, seen: Omit<Position, 'producer'>): boolean {
  if (position.epoch !== seen.epoch) return position.epoch > seen.epoch;
  if (position.number !== seen.number) return position.number > seen.number;
  return position.ordinal > seen.ordinal;
}

/** Returns whether a producer ends: a replay or a redrive does. All others number their records without end. */
export function isPassing(producer: string): boolean {
  return producer.startsWith('replay/') || producer.startsWith('redrive/');
}

/** Returns whether a redrive sent the record, so that its bytes were in the log before. */
export function isRedriven(headers: LogRecord['headers']): boolean {
  return headers[header.position]?.startsWith('redrive/') ?? false;
}

/** The limit of the name of a replay or redrive. A longer name was made by another program. */
const passingNameMax = 200;

/**
 * Returns the position that a replay or a redrive gave a record. Records that are made from it keep this position.
 * @returns `undefined` if the record has no position, or one of another producer
 */
export function givenPosition(headers: LogRecord['headers']): Position | undefined {
  const given = parsePosition(headers[header.position] ?? '');
  if (given === undefined || given.producer.length > passingNameMax) return undefined;
  return isPassing(given.producer) ? given : undefined;
}
