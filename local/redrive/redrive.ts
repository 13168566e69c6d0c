import { randomUUID } from 'node:crypto';
import { letterHeader, letterName, originalHeaders } from '../../functions/shared/log/dead-letter.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { positionText } from '../../functions/shared/log/position.ts';
import { header, type LogRecord, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import { type Topic, topics } from '../../functions/shared/log/topics.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import type { DeadMessage, DeadMessages } from '../../functions/shared/ports/message-queue.ts';
import type { ReadLog } from './read-dead-letters.ts';
import { type Plan, RedrivePlans, type StoredPlan } from './redrive-plans.ts';

/** A filter for dead letters. A letter must match every field that is given. */
export interface LetterFilter {
  readonly reason?: string;
  readonly stage?: string;
}

export interface RedrivePorts extends Pick<Ports, 'eventLog' | 'objects' | 'layout'> {
  readonly readLog: ReadLog;
}

/** A page of letters of one partition, in order. */
export interface LetterPage {
  readonly letters: readonly LogRecord[];
  /** Indicates whether a redrive that was stopped had planned the page. */
  readonly wasStopped: boolean;
}

/** A page of letters that was sent. */
export interface SentPage extends LetterPage {
  /** The letters that the log refused permanently, each with the reason. */
  readonly refused: readonly { readonly letter: LogRecord; readonly reason: string }[];
}

/**
 * Returns the messages that match a filter, of those that `notify` gave up. Their reason is `RECEIVER: REASON`, or only the
 * reason if the message could not be read.
 */
export async function messagesToRedrive(
  { reason, stage }: LetterFilter,
  messages: Pick<DeadMessages, 'list'>,
): Promise<readonly DeadMessage[]> {
  if (stage !== undefined && stage !== 'notify') return [];
  return (await messages.list()).filter((message) => reason === undefined || message.reason.endsWith(reason));
}

/**
 * Yields the letters that {@link redriveLetters} would send now, a page at a time: first those of redrives that were
 * stopped, whatever the filter, then those that match the filter and were in no redrive so far, in order within their
 * partition.
 */
export async function* lettersToRedrive(filter: LetterFilter, ports: RedrivePorts): AsyncGenerator<LetterPage> {
  const plans = await RedrivePlans.read(ports.objects);
  for (const plan of plans.unsent) yield { letters: await plannedLetters(plan, ports), wasStopped: true };
  for await (const letters of matchingLetters(filter, plans, ports)) yield { letters, wasStopped: false };
}

/**
 * Sends letters back to the partitions that they came from, and yields each page once it is sent. Stores the plan of a page
 * before it sends the page, and a mark afterwards. So the next redrive finishes one that was stopped in between, with the
 * same positions, of which readers count each once.
 * @param run a name that no other run has
 * @throws {FailedError} if another redrive on the same objects is in progress
 */
export async function* redriveLetters(
  filter: LetterFilter,
  ports: RedrivePorts,
  run: string = randomUUID(),
): AsyncGenerator<SentPage> {
  const plans = await RedrivePlans.read(ports.objects);
  for (const plan of plans.unsent) {
    const letters = await plannedLetters(plan, ports);
    yield { letters, refused: await send(letters, plan, plans, ports), wasStopped: true };
  }
  let first = 0;
  for await (const letters of matchingLetters(filter, plans, ports)) {
    const { partition, offset } = letters[0]!;
    const plan = await plans.add({ run, first, partition, offset, names: letters.map(nameOf) });
    first += letters.length;
    yield { letters, refused: await send(letters, plan, plans, ports), wasStopped: false };
  }
}

/** Sends the letters of a plan, and marks the plan. @returns the letters that were refused */
async function send(
  letters: readonly LogRecord[],
  plan: StoredPlan,
  plans: RedrivePlans,
  { eventLog, layout }: RedrivePorts,
): Promise<SentPage['refused']> {
  const numbers = new Map(plan.names.map((name, index) => [name, plan.first + index]));
  const records = letters.map((letter) => originalOf(letter, plan.run, numbers.get(nameOf(letter))!, layout));
  const refused = await eventLog.append(records);
  await plans.markSent(plan);
  return refused.map(({ index, reason }) => ({ letter: letters[index]!, reason }));
}

/**
 * Returns the record that a letter was made of, with a position of this run. The positions of each partition are a sequence
 * of their own: a reader drops a record below the highest number of its producer, and records of several partitions mix.
 */
function originalOf(letter: LogRecord, run: string, number: number, layout: Layout): OutgoingRecord {
  const topic = letter.headers[letterHeader.topic] as Topic;
  const partition = Math.min(Number(letter.headers[letterHeader.partition]), layout.partitions[topic] - 1);
  const producer = `redrive/${run}/${topic}/${partition}`;
  return {
    topic,
    partition,
    key: letter.key,
    value: letter.value ?? Buffer.alloc(0),
    headers: {
      ...originalHeaders(letter.headers),
      [header.position]: positionText({ producer, epoch: 0, number, ordinal: 0 }),
      [header.sourceTime]: String(letter.timestampMs),
    },
  };
}

/** Yields the letters that match the filter and that no redrive had so far. */
async function* matchingLetters(
  filter: LetterFilter,
  plans: RedrivePlans,
  ports: RedrivePorts,
): AsyncGenerator<LogRecord[]> {
  const seen = new Set<string>();
  for (let partition = 0; partition < ports.layout.partitions[topics.deadLetters]; partition += 1) {
    for await (const page of pagesFrom(partition, 0, ports)) {
      const letters = page.filter((letter) => {
        const name = nameOf(letter);
        return matches(letter, filter) && !plans.has(name) && isFirst(name, seen);
      });
      if (letters.length > 0) yield letters;
    }
  }
}

/** Returns the letters of a plan that still exist, in its order. */
async function plannedLetters({ partition, offset, names }: Plan, ports: RedrivePorts): Promise<LogRecord[]> {
  const missing = new Set(names);
  const letters: LogRecord[] = [];
  for await (const page of pagesFrom(partition, offset, ports)) {
    letters.push(...page.filter((letter) => missing.delete(nameOf(letter))));
    if (missing.size === 0) break;
  }
  return letters;
}

async function* pagesFrom(
  partition: number,
  from: number,
  { readLog }: RedrivePorts,
): AsyncGenerator<readonly LogRecord[]> {
  let offset = from;
  for (;;) {
    const page = await readLog(topics.deadLetters, partition, offset);
    if (page.length === 0) return;
    offset = page.at(-1)!.offset + 1;
    yield page;
  }
}

/** Returns whether a letter matches the filter and can be sent back: it is complete, and names a partition of our topics. */
export function matches({ headers }: Pick<LogRecord, 'headers'>, { reason, stage }: LetterFilter): boolean {
  if (!Object.values<string | undefined>(topics).includes(headers[letterHeader.topic])) return false;
  if (!/^\d{1,6}$/.test(headers[letterHeader.partition] ?? '') || headers[letterHeader.cutFrom] !== undefined)
    return false;
  return (
    (reason === undefined || headers[letterHeader.reason] === reason) &&
    (stage === undefined || headers[letterHeader.stage] === stage)
  );
}

/** Returns whether a name is new, and remembers it. */
function isFirst(name: string, seen: Set<string>): boolean {
  const isNew = !seen.has(name);
  seen.add(name);
  return isNew;
}

/** Returns the name of a letter. A letter that none of our stages numbered has its position in the topic as its name. */
export const nameOf = ({ partition, offset, timestampMs, headers }: LogRecord): string =>
  letterName(headers) ?? `${partition}/${offset} ${timestampMs}`;
