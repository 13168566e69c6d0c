import { cutLetter, letterHeader } from '../log/dead-letter.ts';
import type { OutgoingRecord } from '../log/record.ts';
import type { DeadLetters } from '../ports/dead-letters.ts';
import type { Telemetry } from '../ports/telemetry.ts';

interface LetterPorts {
  readonly deadLetters: DeadLetters;
  readonly telemetry: Telemetry;
  /** Aborts when the time for it is over. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Appends dead letters. One that is refused is appended again with its value cut, and an error is logged that names it,
 * because the end of its value is lost.
 * @throws {UnavailableError} if some were not acknowledged; append all of them again then
 */
export async function appendLetters(
  letters: readonly OutgoingRecord[],
  { deadLetters, telemetry, signal }: LetterPorts,
): Promise<void> {
  const refused = (await deadLetters.append(letters, signal)).map(({ index, reason }) => ({
    letter: letters[index]!,
    reason,
  }));
  if (refused.length === 0) return;
  const lost = await deadLetters.append(
    refused.map(({ letter }) => cutLetter(letter)),
    signal,
  );
  const reasons = new Map(lost.map(({ index, reason }) => [index, reason]));
  for (const [index, { letter, reason }] of refused.entries()) {
    const again = reasons.get(index);
    const message =
      again === undefined ? 'the value of a dead letter was cut' : 'a dead letter was refused and is lost';
    telemetry.error(message, { ...coordinatesOf(letter), reason: again ?? reason });
  }
}

function coordinatesOf({ headers, value }: OutgoingRecord): Readonly<Record<string, unknown>> {
  return {
    stage: headers[letterHeader.stage],
    topic: headers[letterHeader.topic],
    partition: Number(headers[letterHeader.partition]),
    offset: Number(headers[letterHeader.offset]),
    bytes: value.length,
  };
}
