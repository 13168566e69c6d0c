import { letterHeader } from '../functions/shared/domain/dead-letter.ts';
import { contentId } from '../functions/shared/domain/ids.ts';
import { header, type LogRecord, type OutgoingRecord } from '../functions/shared/domain/record.ts';
import type { Layout } from '../functions/shared/domain/settings.ts';
import { type Topic, topics } from '../functions/shared/domain/topics.ts';
import type { Ports } from '../functions/shared/ports/index.ts';
import type { DeadMessage, DeadMessages } from '../functions/shared/ports/message-queue.ts';
import type { ReadLog } from '../local/put-aside.ts';

/** Which dead letters are meant; all fields that are given must fit. */
export interface LetterFilter {
  readonly reason?: string;
  readonly stage?: string;
}

export interface RedrivePorts extends Pick<Ports, 'eventLog' | 'objects' | 'layout'> {
  readonly readLog: ReadLog;
}

const markPrefix = 'redriven/';

/**
 * Messages that a receiver never took, as far as they fit: `notify` put them aside, for `RECEIVER: REASON` or, where
 * they could not be read, a bare reason.
 */
export async function messagesToRedrive(
  { reason, stage }: LetterFilter,
  messages: Pick<DeadMessages, 'list'>,
): Promise<readonly DeadMessage[]> {
  if (stage !== undefined && stage !== 'notify') return [];
  return (await messages.list()).filter((message) => reason === undefined || message.reason.endsWith(reason));
}

/**
 * Dead letters that fit and were not sent back yet, a page at a time, in order within their partition.
 * Which were sent back is remembered in objects of their own, so that nothing is sent back twice.
 */
export async function* lettersToRedrive(filter: LetterFilter, ports: RedrivePorts): AsyncGenerator<LogRecord[]> {
  const done = await readMarks(ports);
  for (let partition = 0; partition < ports.layout.partitions[topics.deadLetters]; partition += 1) {
    let offset = 0;
    for (;;) {
      const page = await ports.readLog(topics.deadLetters, partition, offset);
      if (page.length === 0) break;
      offset = page.at(-1)!.offset + 1;
      const letters = page.filter((letter) => fits(letter, filter) && isFirst(nameOf(letter), done));
      if (letters.length > 0) yield letters;
    }
  }
}

/**
 * Sends letters back to the partitions they came from, then notes that they were. Stopped between the two, they go
 * again under the same ids, which their readers know.
 * @returns letters that the log refused for good, each with why
 */
export async function sendBack(
  letters: readonly LogRecord[],
  ports: RedrivePorts,
): Promise<{ readonly letter: LogRecord; readonly reason: string }[]> {
  const refused = await ports.eventLog.append(letters.map((letter) => originalOf(letter, ports.layout)));
  const names = letters.map(nameOf);
  await ports.objects.put(markPrefix + contentId(...names), Buffer.from(JSON.stringify(names)));
  return refused.map(({ index, reason }) => ({ letter: letters[index]!, reason }));
}

/** What the letter was before it was put aside, under an id of its own in place of its position. */
function originalOf(letter: LogRecord, layout: Layout): OutgoingRecord {
  const {
    [letterHeader.topic]: topic,
    [letterHeader.partition]: partition,
    [letterHeader.originalSchema]: schema,
    [header.replay]: replay,
  } = letter.headers;
  const source = topic as Topic;
  return {
    topic: source,
    partition: Math.min(Number(partition), layout.partitions[source] - 1),
    key: letter.key,
    value: letter.value ?? Buffer.alloc(0),
    headers: {
      [header.id]: `redrive/${nameOf(letter)}`,
      ...(schema === undefined ? {} : { [header.schema]: schema }),
      ...(replay === undefined ? {} : { [header.replay]: replay }),
    },
  };
}

/** Only what names one of our topics can go back. */
function fits({ headers }: LogRecord, { reason, stage }: LetterFilter): boolean {
  if (!Object.values<string | undefined>(topics).includes(headers[letterHeader.topic])) return false;
  return (
    (reason === undefined || headers[letterHeader.reason] === reason) &&
    (stage === undefined || headers[letterHeader.stage] === stage)
  );
}

/** Whether a name is new; from now on it is not. */
function isFirst(name: string, seen: Set<string>): boolean {
  const isNew = !seen.has(name);
  seen.add(name);
  return isNew;
}

/** A letter that a crash made lie there twice has the same position twice. */
const nameOf = ({ partition, offset, headers }: LogRecord): string =>
  headers[header.position] ?? `${partition}/${offset}`;

async function readMarks({ objects }: RedrivePorts): Promise<Set<string>> {
  const done = new Set<string>();
  for (const object of await objects.list(markPrefix)) {
    const names: string[] = JSON.parse(String((await objects.get(object)) ?? '[]'));
    for (const name of names) done.add(name);
  }
  return done;
}
