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

/** @returns `undefined` where the text is no position */
export function parsePosition(text: string): Position | undefined {
  const [producer, ...numbers] = text.split(' ');
  const [epoch, number, ordinal] = numbers.map(Number);
  const whole = numbers.length === 3 && numbers.every((word) => /^\d{1,16}$/.test(word));
  if (!producer || !whole || epoch === undefined || number === undefined || ordinal === undefined) return undefined;
  return { producer, epoch, number, ordinal };
}

/** Whether `position` comes after everything `seen` of the same producer. */
export function isAbove(position: Position, seen: Omit<Position, 'producer'>): boolean {
  if (position.epoch !== seen.epoch) return position.epoch > seen.epoch;
  if (position.number !== seen.number) return position.number > seen.number;
  return position.ordinal > seen.ordinal;
}
