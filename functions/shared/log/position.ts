import { header, type LogRecord } from './record.ts';

/**
 * What orders one producer's records within a partition. Transport only: ids of things come from content.
 * A stateful stage numbers by (transaction, ordinal), normalise by (beats offset, ordinal), a replay by (line, ordinal),
 * a redrive by (place of the letter in its run, 0).
 */
export interface Position {
  /**
   * One for each partition upstream: `detect/offbeat.samples/0`, `normalise/offbeat.beats/3`; for each recording,
   * `replay/<hash>`; for each run of a redrive and partition it sends to, `redrive/<run>/offbeat.beats/3`.
   */
  readonly producer: string;
  readonly epoch: number;
  readonly number: number;
  readonly ordinal: number;
}

/** As the header `position` carries it: four words, the producer without spaces. */
export function positionText(position: Position): string {
  return `${position.producer} ${position.epoch} ${position.number} ${position.ordinal}`;
}

/** A stage, a topic and a partition; the name of a topic has 249 characters at most. */
const producerCharactersMax = 300;

/** @returns `undefined` where the text is no position */
export function parsePosition(text: string): Position | undefined {
  const [producer, ...words] = text.split(' ', 5);
  const numbers = words.map((word) => (/^\d{1,16}$/.test(word) ? Number(word) : Number.NaN));
  const [epoch, number, ordinal, more] = numbers;
  if (!producer || producer.length > producerCharactersMax || !numbers.every(Number.isSafeInteger)) return undefined;
  if (epoch === undefined || number === undefined || ordinal === undefined || more !== undefined) return undefined;
  return { producer, epoch, number, ordinal };
}

/** Whether `position` comes after everything `seen` of the same producer. */
export function isAbove(position: Position, seen: Omit<Position, 'producer'>): boolean {
  if (position.epoch !== seen.epoch) return position.epoch > seen.epoch;
  if (position.number !== seen.number) return position.number > seen.number;
  return position.ordinal > seen.ordinal;
}

/** Whether a producer ends some day: a replay or a redrive. All others number their records for ever. */
export function isPassing(producer: string): boolean {
  return producer.startsWith('replay/') || producer.startsWith('redrive/');
}

/** Whether a redrive sent the record, so that its bytes were in the log before. */
export function isRedriven(headers: LogRecord['headers']): boolean {
  return headers[header.position]?.startsWith('redrive/') ?? false;
}

/** Characters of a passing producer's name; what is longer was not made by a replay or a redrive. */
const passingNameMax = 200;

/**
 * The position that a replay or a redrive gave a record, which what is made of the record keeps.
 * @returns `undefined` where there is none, or one of any other producer
 */
export function givenPosition(headers: LogRecord['headers']): Position | undefined {
  const given = parsePosition(headers[header.position] ?? '');
  if (given === undefined || given.producer.length > passingNameMax) return undefined;
  return isPassing(given.producer) ? given : undefined;
}
