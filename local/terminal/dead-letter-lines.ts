import { hourMs } from '../../functions/shared/domain/durations.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';
import { letterHeader } from '../../functions/shared/log/dead-letter.ts';
import type { OutgoingRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { EventLog } from '../../functions/shared/ports/event-log.ts';

export interface DeadLetterLinesOptions {
  /** Gets one line, without a time. */
  readonly print: (line: string) => void;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** The command that lists dead letters. `undefined`: the store is removed with its letters, so that none is named. */
  readonly list: string | undefined;
}

interface Known {
  /** Letters since the last line. */
  unreported: number;
  lastLineMs: number;
}

/** Milliseconds between two lines about the same stage and reason. */
const quietMs = hourMs;
const charactersMax = 600;

/**
 * Prints lines about dead letters, so that nobody has to look for documents that were not read: the first of each stage and
 * reason with its detail, and later ones once an hour, with their number. Stages and reasons are closed lists.
 */
export class DeadLetterLines {
  readonly #options: DeadLetterLinesOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: DeadLetterLinesOptions) {
    this.#options = options;
  }

  /** Prints a line if the letter is the first one with its stage and reason within an hour. */
  note({ headers }: Pick<OutgoingRecord, 'headers'>): void {
    const { print, clock, list } = this.#options;
    const about = `${headers[letterHeader.stage]}: ${headers[letterHeader.reason]}`;
    const known = this.#known.get(about) ?? { unreported: 0, lastLineMs: Number.NEGATIVE_INFINITY };
    this.#known.set(about, known);
    known.unreported += 1;
    const nowMs = clock.nowMs();
    if (nowMs - known.lastLineMs < quietMs) return;
    const count = known.unreported;
    Object.assign(known, { unreported: 0, lastLineMs: nowMs });
    const subject =
      count === 1 ? 'a record is a dead letter' : `${count.toLocaleString('en')} more records are dead letters`;
    const remedy = list === undefined ? '' : `; "${list}" lists dead letters while this process does not run`;
    const detail = shownText(headers[letterHeader.detail] ?? '', charactersMax);
    print(printable(`warning: ${subject} of ${about}: ${detail}${remedy}`));
  }
}

/** Returns the log that also notes each dead letter that was appended. */
export function withDeadLetterLines(eventLog: EventLog, lines: Pick<DeadLetterLines, 'note'>): EventLog {
  return {
    async append(records) {
      const refused = await eventLog.append(records);
      for (const record of records) if (record.topic === topics.deadLetters) lines.note(record);
      return refused;
    },
    earliestOffset: (topic, partition) => eventLog.earliestOffset(topic, partition),
  };
}
