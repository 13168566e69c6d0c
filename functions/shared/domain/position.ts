/**
 * What orders one producer's records within a partition. Transport only: ids of things come from content.
 * A stateful stage numbers by (transaction, ordinal), normalise by (beats offset, ordinal), a replay by (line, ordinal).
 */
export interface Position {
  /** `detect/offbeat.samples/0`, `normalise/offbeat.beats/3`, `replay/<hash>`: one per upstream partition. */
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
