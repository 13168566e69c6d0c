import type { LetterGroup, LettersRead } from '../../functions/api/operations.ts';
import { hourMs } from '../../functions/shared/domain/durations.ts';
import { letterHeader } from '../../functions/shared/log/dead-letter.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { ReadLog } from '../redrive/read-dead-letters.ts';
import { matches } from '../redrive/redrive.ts';

/** The most letters of a partition that are read. */
export const lettersMax = 20_000;
const hours = 24;
const textCharactersMax = 2_000;
/** The most groups: the reasons are a closed list, but records of other programs may have any headers. */
const groupsMax = 500;

interface Gathered extends Omit<LetterGroup, 'perHour' | 'example' | 'canRedrive'> {
  readonly perHour: number[];
  newest: LogRecord;
  count: number;
  firstMs: number;
  lastMs: number;
}

export interface LettersToRead {
  readonly readLog: ReadLog;
  readonly layout: Layout;
  /** Returns whether a letter was sent back. */
  readonly wasSent: (letter: LogRecord) => boolean;
  readonly nowMs: number;
}

/** Returns the dead letters that were not sent back, in groups. At most 20,000 of a partition are read, the oldest first. */
export async function groupLetters(from: LettersToRead): Promise<LettersRead> {
  const groups = new Map<string, Gathered>();
  const seen = new Set<string>();
  let isCut = false;
  for (let partition = 0; partition < from.layout.partitions[topics.deadLetters]; partition += 1) {
    let offset = 0;
    for (let read = 0; ; ) {
      const page = await from.readLog(topics.deadLetters, partition, offset);
      if (page.length === 0) break;
      for (const letter of page) if (!from.wasSent(letter) && isFirst(letter, seen)) add(groups, letter, from.nowMs);
      offset = page.at(-1)!.offset + 1;
      read += page.length;
      isCut ||= read >= lettersMax;
      if (read >= lettersMax) break;
    }
  }
  const note = `only the oldest ${lettersMax} dead letters of a partition were read`;
  return { groups: [...groups.values()].map(groupOf), ...(isCut && { note }) };
}

/** Returns whether a letter is the first of its record: a crash may leave it twice. */
function isFirst({ headers }: LogRecord, seen: Set<string>): boolean {
  const { topic, partition, offset } = placeOf(headers);
  const place = `${headers[letterHeader.stage]} ${topic}/${partition}/${offset}`;
  return seen.size < seen.add(place).size;
}

const placeOf = (headers: LogRecord['headers']) => ({
  topic: headers[letterHeader.topic] ?? '',
  partition: headers[letterHeader.partition] ?? '',
  offset: headers[letterHeader.offset] ?? '',
});

function add(groups: Map<string, Gathered>, letter: LogRecord, nowMs: number): void {
  const { headers, timestampMs } = letter;
  const reason = headers[letterHeader.reason] ?? 'unknown';
  const stage = headers[letterHeader.stage] ?? 'unknown';
  const { topic } = placeOf(headers);
  const key = JSON.stringify([reason, stage, topic]);
  const known = groups.get(key);
  if (known === undefined && groups.size >= groupsMax) return;
  const perHour = known?.perHour ?? new Array<number>(hours).fill(0);
  const hour = hours - 1 - Math.floor((nowMs - timestampMs) / hourMs);
  if (hour >= 0) perHour[Math.min(hour, hours - 1)]! += 1;
  if (known === undefined) {
    groups.set(key, {
      reason,
      stage,
      topic,
      count: 1,
      perHour,
      firstMs: timestampMs,
      lastMs: timestampMs,
      newest: letter,
    });
    return;
  }
  known.count += 1;
  known.firstMs = Math.min(known.firstMs, timestampMs);
  if (timestampMs < known.lastMs) return;
  known.lastMs = timestampMs;
  known.newest = letter;
}

function groupOf({ newest, ...group }: Gathered): LetterGroup {
  const { topic, partition, offset } = placeOf(newest.headers);
  return {
    ...group,
    example: {
      position: `${topic}/${partition}/${offset}`,
      text: (newest.value ?? Buffer.alloc(0))
        .subarray(0, 4 * textCharactersMax)
        .toString()
        .slice(0, textCharactersMax),
      detail: newest.headers[letterHeader.detail] ?? '',
    },
    canRedrive: matches(newest, {}),
  };
}
