import { clusterSchema } from '../../functions/shared/domain/entity.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { contentId } from '../../functions/shared/domain/ids.ts';
import { liveScope } from '../../functions/shared/domain/sample.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { endVersion, tickVersion } from '../../functions/shared/domain/signal.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { positionText } from '../../functions/shared/log/position.ts';
import { header, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import { messageBytesMax, partitionOf, topics } from '../../functions/shared/log/topics.ts';
import type { ReplayLog, ReplayProgress } from '../../functions/shared/ports/replay-log.ts';
import type { DocumentLine } from './document-line.ts';
import { followed } from './look-ahead.ts';
import { hashRecording, type RecordedLine, readLines } from './recording.ts';
import { ReplayTime, type TimeRange } from './replay-time.ts';

export interface ReplayOptions {
  readonly file: string;
  /** The cluster that the documents get. It must not be a live cluster. */
  readonly cluster: string;
  readonly settings: Settings;
  readonly layout: Layout;
  readonly log: ReplayLog;
  /** The time now, ms since the epoch. Times of documents after it, or after the first start of the same replay, are ignored. */
  readonly nowMs: number;
  /** Drains the flow or reports progress. It is awaited after each append, with the number of lines so far. */
  readonly afterAppend?: (lastLine: number) => Promise<void>;
  /** Waits for the time of a tick. It is awaited before each tick. Without it a replay is as fast as possible. */
  readonly beforeTick?: (timeMs: number) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

export interface ReplayReport {
  /** The number of lines that this call read. */
  readonly lines: number;
  /** The numbers of the lines that were refused for their size: each may have 4.5 MB. */
  readonly refusedLines: readonly number[];
  /** The number of lines of the whole recording that state a time; `undefined` if it was appended before this call. */
  readonly timedLines: number | undefined;
  /** The lines whose time was ahead of the lines after them, and moved nothing: how many, and the first one's number. */
  readonly ahead: { readonly lines: number; readonly first: number | undefined };
  /** The time that the lines cover; `undefined` if none states a time, or all were appended before this call. */
  readonly range: TimeRange | undefined;
  /** Indicates whether an earlier call appended the beginning of the recording, or all of it. */
  readonly begunBefore: boolean;
  /** Indicates whether the whole recording was appended before this call. */
  readonly doneBefore: boolean;
}

/** The most records of one append, so that memory stays constant. Smaller appends would make too many commits. */
const batchRecords = 10_000;
/** The most bytes of one append. */
const batchBytes = 8_000_000;
/** The difference of ordinals between two records of one line: the first may become as many samples. */
const ordinalStep = 10_000;

/**
 * Appends a recording to one partition of `beats`: each line unchanged, ticks of event time, and an end record. The position
 * of each record is (hash, line, ordinal), and the progress is stored with the records. So a replay that was stopped at any
 * point continues at the next start, and a second replay of the same recording appends nothing.
 * @throws {UsageError} if the file cannot be read, or the cluster is a live one or that of another unfinished replay
 * @throws the signal's reason, between two appends
 */
export async function replayFile(options: ReplayOptions): Promise<ReplayReport> {
  checkCluster(options.cluster, options.settings);
  const hash = contentId('replay', options.cluster, await hashRecording(options.file));
  const before = options.log.progress(hash);
  if (before?.done) {
    const ahead = { lines: 0, first: undefined };
    const nothing = { lines: 0, refusedLines: [], timedLines: undefined, range: undefined, ahead };
    return { ...nothing, begunBefore: true, doneBefore: true };
  }
  if (before === undefined && options.log.hasUnfinished(options.cluster)) {
    throw new UsageError(
      `cluster "${options.cluster}" has a replay that was stopped, whose event time would mix with that of this one: replay its file ` +
        'again to its end, or replay this one as another cluster',
    );
  }
  return new Feeder(options, hash, before?.startedMs ?? options.nowMs).feed(before?.lastLine ?? 0);
}

/** Refuses a live cluster, because a replayed document must never count as a live one. */
function checkCluster(cluster: string, settings: Settings): void {
  const parsed = clusterSchema.safeParse(cluster);
  if (!parsed.success) throw new UsageError(`cluster "${cluster}": ${parsed.error.issues[0]?.message}`);
  const live = [liveScope, settings.cluster.name, ...settings.cluster.hosts.map((rule) => rule.cluster)];
  if (live.includes(cluster)) {
    throw new UsageError(`cluster "${cluster}" is a live cluster; replay as another cluster, such as "recorded"`);
  }
}

class Feeder {
  readonly #options: ReplayOptions;
  readonly #hash: string;
  readonly #startedMs: number;
  readonly #time: ReplayTime;
  readonly #partition: number;
  readonly #refusedLines: number[] = [];
  #batch: OutgoingRecord[] = [];
  /** The line that each record of the batch belongs to. */
  #linesOfBatch: number[] = [];
  #timedLines = 0;
  #aheadLines = 0;
  #firstAhead: number | undefined;
  #bytes = 0;

  constructor(options: ReplayOptions, hash: string, startedMs: number) {
    this.#options = options;
    this.#hash = hash;
    this.#startedMs = startedMs;
    this.#time = new ReplayTime(startedMs);
    this.#partition = partitionOf(options.cluster, options.layout.partitions[topics.beats]);
  }

  /** Appends the rest of the recording. @param lastLine the last line that is in the log; earlier lines are read for their times only */
  async feed(lastLine: number): Promise<ReplayReport> {
    let number = lastLine;
    for await (const { line, document, following } of followed(this.#lines())) {
      const ticks = document === undefined ? [] : this.#ticksBefore(line.number, document, following);
      if (line.number <= lastLine) continue;
      number = line.number;
      if (line.bytes === undefined) this.#refusedLines.push(number);
      else await this.#addLine(number, line.bytes, ticks);
      if (this.#batch.length >= batchRecords || this.#bytes >= batchBytes) {
        await this.#append({ lastLine: number, done: false });
      }
    }
    this.#addEnd(number + 1);
    await this.#append({ lastLine: number, done: true });
    return {
      lines: number - lastLine,
      refusedLines: this.#refusedLines,
      timedLines: this.#timedLines,
      range: this.#time.range(),
      ahead: { lines: this.#aheadLines, first: this.#firstAhead },
      begunBefore: lastLine > 0,
      doneBefore: false,
    };
  }

  #lines(): AsyncIterable<RecordedLine> {
    return readLines(this.#options.file, messageBytesMax[topics.beats]);
  }

  #ticksBefore(number: number, document: DocumentLine, following: Iterable<DocumentLine>): readonly number[] {
    if (this.#time.isTimed(document)) this.#timedLines += 1;
    const ticks = this.#time.ticksBefore(document, following);
    if (ticks !== 'ahead') return ticks;
    this.#aheadLines += 1;
    this.#firstAhead ??= number;
    return [];
  }

  async #addLine(number: number, bytes: Buffer, ticks: readonly number[]): Promise<void> {
    for (const [nth, timeMs] of ticks.entries()) {
      if (this.#options.beforeTick !== undefined) {
        await this.#append({ lastLine: number - 1, done: false });
        await this.#options.beforeTick(timeMs);
      }
      this.#addTime(tickVersion, timeMs, number, nth);
    }
    this.#add(bytes, {}, number, ticks.length);
  }

  /** Adds the tick that closes the last minute, and the end record; neither if no document had a time. */
  #addEnd(number: number): void {
    const timeMs = this.#time.finalTickMs();
    if (timeMs === undefined) return;
    this.#addTime(tickVersion, timeMs, number, 0);
    this.#addTime(endVersion, timeMs, number, 1);
  }

  #addTime(schema: string, timeMs: number, line: number, nth: number): void {
    const tick = { scope: this.#options.cluster, timeMs };
    this.#add(Buffer.from(JSON.stringify(tick)), { [header.schema]: schema }, line, nth);
  }

  #add(value: Buffer, headers: Readonly<Record<string, string>>, line: number, nth: number): void {
    const { cluster } = this.#options;
    const position = positionText({
      producer: `replay/${this.#hash}`,
      epoch: 0,
      number: line,
      ordinal: nth * ordinalStep,
    });
    this.#batch.push({
      topic: topics.beats,
      partition: this.#partition,
      key: cluster,
      value,
      headers: { ...headers, [header.replay]: cluster, [header.position]: position },
    });
    this.#linesOfBatch.push(line);
    this.#bytes += value.length;
  }

  async #append(to: Pick<ReplayProgress, 'lastLine' | 'done'>): Promise<void> {
    const { log, cluster, signal, afterAppend } = this.#options;
    signal?.throwIfAborted();
    const refused = await log.append(this.#batch, { hash: this.#hash, cluster, startedMs: this.#startedMs, ...to });
    this.#refusedLines.push(...refused.map((index) => this.#linesOfBatch[index]!));
    this.#batch = [];
    this.#linesOfBatch = [];
    this.#bytes = 0;
    await afterAppend?.(to.lastLine);
  }
}
