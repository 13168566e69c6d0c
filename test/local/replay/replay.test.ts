import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultSettings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { parsePosition } from '../../../functions/shared/log/position.ts';
import { header, type OutgoingRecord } from '../../../functions/shared/log/record.ts';
import type { ReplayLog, ReplayProgress } from '../../../functions/shared/ports/replay-log.ts';
import { type ReplayOptions, replayFile } from '../../../local/replay/replay.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-replay-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function fileOf(content: string | Buffer): string {
  files += 1;
  const path = join(directory, `${files}.ndjson`);
  writeFileSync(path, content);
  return path;
}

/** A log in memory that keeps records and progress together, and can die before an append. */
class MemoryReplayLog implements ReplayLog {
  readonly records: OutgoingRecord[] = [];
  readonly #progress = new Map<string, ReplayProgress>();
  dieAtAppend = Number.POSITIVE_INFINITY;

  progress(hash: string): ReplayProgress | undefined {
    return this.#progress.get(hash);
  }

  hasUnfinished(cluster: string): boolean {
    return [...this.#progress.values()].some((replay) => replay.cluster === cluster && !replay.done);
  }

  async append(records: readonly OutgoingRecord[], progress: ReplayProgress): Promise<readonly number[]> {
    this.dieAtAppend -= 1;
    if (this.dieAtAppend === 0) throw new Error('killed');
    this.records.push(...records);
    this.#progress.set(progress.hash, progress);
    return [];
  }

  /** Returns the kind and the line of each record: `tick 15:00:10 @2`. */
  summary(): string[] {
    return this.records.map(({ value, headers }) => {
      const line = parsePosition(headers[header.position]!)?.number;
      if (headers[header.schema] === undefined) return `${JSON.parse(`${value}`).text} @${line}`;
      const { timeMs } = JSON.parse(`${value}`);
      return `${headers[header.schema]!.split('/')[0]} ${new Date(timeMs).toISOString().slice(11, 19)} @${line}`;
    });
  }
}

function replay(file: string, log: ReplayLog, more: Partial<ReplayOptions> = {}) {
  const fixed = { cluster: 'recorded', settings: defaultSettings, layout: defaultLayout };
  return replayFile({ file, log, nowMs: Date.parse('2026-11-24T00:00:00Z'), ...fixed, ...more });
}

const beat = (text: string, time: string): string => JSON.stringify({ '@timestamp': `2026-11-23T${time}Z`, text });

describe('a replay', () => {
  it('refuses another recording for the cluster of one that was stopped', async () => {
    const log = new MemoryReplayLog();
    const stopped = fileOf(beat('a', '15:00:02'));
    await log.append([], { hash: 'x', cluster: 'recorded', startedMs: 1, lastLine: 5, done: false });
    await expect(replay(stopped, log)).rejects.toThrow(
      /^cluster "recorded" has a replay that was stopped.*another cluster$/,
    );
    expect(await replay(stopped, log, { cluster: 'other' })).toMatchObject({ lines: 1 });
  });

  it('reads the times of collectd too', async () => {
    const log = new MemoryReplayLog();
    const list = (second: number) =>
      JSON.stringify([{ text: 'x', time: Date.parse('2026-11-23T15:00:00Z') / 1000 + second }]);
    await replay(fileOf([list(1.25), list(11.25)].join('\n')), log);
    const ticks = log.records.filter(({ headers }) => headers[header.schema] === 'tick/1');
    expect(ticks.map(({ value }) => JSON.parse(`${value}`).timeMs)).toEqual([
      Date.parse('2026-11-23T15:00:10Z'),
      Date.parse('2026-11-23T15:02:40Z'),
    ]);
  });

  it('appends each line unchanged, with ticks before the document that reaches them and an end record after the last', async () => {
    const log = new MemoryReplayLog();
    const lines = [
      beat('a', '15:00:02.500'),
      beat('b', '15:00:09.999'),
      beat('c', '15:00:10.000'),
      beat('d', '15:00:31.000'),
    ];
    const report = await replay(fileOf(lines.join('\n')), log);
    expect(log.summary()).toEqual([
      'a @1',
      'b @2',
      'tick 15:00:10 @3',
      'c @3',
      'tick 15:00:20 @4',
      'tick 15:00:30 @4',
      'd @4',
      'tick 15:03:00 @5',
      'end 15:03:00 @5',
    ]);
    expect(report).toMatchObject({ lines: 4, refusedLines: [], timedLines: 4, begunBefore: false, doneBefore: false });
    expect(report.ahead).toEqual({ lines: 0, first: undefined });
    expect(`${log.records[0]?.value}`).toBe(lines[0]);
  });

  it('appends all records to one partition, marked with its cluster, with rising positions of one producer', async () => {
    const log = new MemoryReplayLog();
    const lines = Array.from({ length: 30 }, (_, second) => beat(`${second}`, `15:00:${10 + second}.000`));
    await replay(fileOf(lines.join('\n')), log);
    const positions = log.records.map(({ headers }) => parsePosition(headers[header.position]!)!);
    expect(new Set(positions.map(({ producer }) => producer)).size).toBe(1);
    expect(positions[0]?.producer).toMatch(/^replay\/\S+$/);
    const order = positions.map(({ number, ordinal }) => number * 1e9 + ordinal);
    expect(order.every((at, index) => index === 0 || at > order[index - 1]!)).toBe(true);
    expect(
      new Set(log.records.map(({ partition, key, headers }) => `${partition} ${key} ${headers[header.replay]}`)),
    ).toEqual(new Set(['0 recorded recorded']));
  });

  it('leaves ordinals free after each position for the samples that normalise makes of the record', async () => {
    const log = new MemoryReplayLog();
    await replay(fileOf([beat('a', '15:00:00.000'), beat('b', '15:00:20.000')].join('\n')), log);
    const ordinals = log.records.slice(1, 4).map(({ headers }) => parsePosition(headers[header.position]!)!.ordinal);
    expect(ordinals).toEqual([0, 10_000, 20_000]);
  });

  it('reads a packed file as the same recording, by its content and not by its name', async () => {
    const text = `${beat('a', '15:00:00.000')}\n`;
    const log = new MemoryReplayLog();
    await replay(fileOf(text), log);
    const again = await replay(fileOf(gzipSync(text)), log);
    expect(again).toMatchObject({ lines: 0, refusedLines: [], begunBefore: true, doneBefore: true });
    expect(log.summary()).toHaveLength(3);
  });

  it('is another replay as another cluster', async () => {
    const file = fileOf(beat('a', '15:00:00.000'));
    const log = new MemoryReplayLog();
    await replay(file, log);
    await replay(file, log, { cluster: 'again' });
    expect(new Set(log.records.map(({ headers }) => headers[header.position]!.split(' ')[0])).size).toBe(2);
  });

  it.each([
    ['nothing', ''],
    ['only line breaks', '\n\r\n\n'],
  ])('of %s appends no document, and is done', async (_, content) => {
    const log = new MemoryReplayLog();
    await replay(fileOf(content), log);
    expect(log.records.filter(({ value }) => value.toString().trim() !== '')).toEqual([]);
    expect((await replay(fileOf(content), log)).doneBefore).toBe(true);
  });

  it('appends lines that are no JSON, or have no time, unchanged', async () => {
    const log = new MemoryReplayLog();
    const lines = ['{"broken', '[]', '7', 'null', '{"@timestamp":5}', '{"@timestamp":"noon"}', ' '];
    await replay(fileOf(lines.join('\n')), log);
    expect(log.records.map(({ value }) => `${value}`)).toEqual(lines);
  });

  it('ignores a time in the future', async () => {
    const log = new MemoryReplayLog();
    await replay(
      fileOf([beat('a', '15:00:00.000'), '{"@timestamp":"2099-01-01T00:00:00Z","text":"b"}'].join('\n')),
      log,
    );
    expect(log.summary()).toEqual(['a @1', 'b @2', 'tick 15:02:30 @3', 'end 15:02:30 @3']);
  });

  it('has the same ticks if it continues at a later start, when more of its times are past', async () => {
    const ahead = '{"@timestamp":"2026-11-25T00:00:00Z","text":"c"}';
    const file = fileOf([beat('a', '15:00:00.000'), beat('b', '15:00:20.000'), ahead].join('\n'));
    const straight = new MemoryReplayLog();
    await replay(file, straight);
    const stopped = new MemoryReplayLog();
    const dies = async (): Promise<void> => Promise.reject(new Error('stopped'));
    await expect(replay(file, stopped, { beforeTick: dies })).rejects.toThrow('stopped');
    await replay(file, stopped, { nowMs: Date.parse('2026-11-26T00:00:00Z') });
    expect(stopped.summary()).toEqual(straight.summary());
  });

  it('jumps over a gap of more than ten minutes, and never goes back', async () => {
    const log = new MemoryReplayLog();
    const lines = [
      beat('a', '15:00:00.000'),
      beat('b', '16:00:00.000'),
      beat('c', '16:00:01.000'),
      beat('d', '15:30:00.000'),
    ];
    await replay(fileOf(lines.join('\n')), log);
    expect(log.summary().slice(0, 5)).toEqual(['a @1', 'tick 16:00:00 @2', 'b @2', 'c @3', 'd @4']);
  });

  it('is not moved by a line whose time is far ahead of those after it, and names the first', async () => {
    const log = new MemoryReplayLog();
    const lines = [
      beat('a', '15:00:00.000'),
      beat('b', '16:00:00.000'),
      beat('c', '15:00:01.000'),
      beat('d', '17:00:00.000'),
    ];
    const report = await replay(fileOf(lines.join('\n')), log);
    expect(log.summary()).toEqual(['a @1', 'b @2', 'c @3', 'd @4', 'tick 15:02:30 @5', 'end 15:02:30 @5']);
    expect(report).toMatchObject({ timedLines: 4, ahead: { lines: 2, first: 2 } });
  });

  it('leaves out a document of more than 4.5 MB and names its line', async () => {
    const log = new MemoryReplayLog();
    const fits = 'x'.repeat(4_500_000);
    const report = await replay(fileOf(['a', `${fits}y`, fits].join('\n')), log);
    expect(report.refusedLines).toEqual([2]);
    expect(log.records.map(({ value }) => value.length)).toEqual([1, 4_500_000]);
  });

  it.each(['local', 'prod'])('refuses the live cluster %s', async (cluster) => {
    const settings = settingsSchema.parse({ cluster: { hosts: [{ match: 'db-*', cluster: 'prod' }] } });
    const attempt = replay(fileOf(''), new MemoryReplayLog(), { cluster, settings });
    await expect(attempt).rejects.toThrow(`cluster "${cluster}" is a live cluster`);
  });

  it.each(['', 'a/b', 'a b'])('refuses the cluster name "%s"', async (cluster) => {
    await expect(replay(fileOf(''), new MemoryReplayLog(), { cluster })).rejects.toThrow(/^cluster "/);
  });

  it('names a file that does not exist', async () => {
    await expect(replay(join(directory, 'none'), new MemoryReplayLog())).rejects.toThrow(
      /cannot read .*none: there is no such file/,
    );
  });

  it('appends nothing of a packed file that is incomplete', async () => {
    const file = fileOf(gzipSync(Array.from({ length: 1_000 }, (_, n) => beat(`${n}`, '15:00:00.000')).join('\n')));
    truncateSync(file, 200);
    const log = new MemoryReplayLog();
    await expect(replay(file, log)).rejects.toThrow(/cannot read .*unexpected end of file/);
    expect(log.records).toEqual([]);
  });

  it('appends its records and waits before each tick if it is paced', async () => {
    const log = new MemoryReplayLog();
    const seen: [string, number][] = [];
    const reach = async (timeMs: number) => {
      seen.push([new Date(timeMs).toISOString().slice(11, 19), log.records.length]);
    };
    await replay(fileOf([beat('a', '15:00:00.000'), beat('b', '15:00:20.000')].join('\n')), log, { beforeTick: reach });
    expect(seen).toEqual([
      ['15:00:10', 1],
      ['15:00:20', 2],
    ]);
  });

  it('stops between two appends when its signal aborts', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(replay(fileOf('a'), new MemoryReplayLog(), { signal: stop })).rejects.toThrow('stopped');
  });

  it('appends the same records after a kill at any append and a restart, and a second replay appends none', async () => {
    const seconds = fc.array(fc.integer({ min: -1, max: 70 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(seconds, fc.integer({ min: 1, max: 30 }), async (offsets, dieAtAppend) => {
        const startMs = Date.parse('2026-11-23T15:00:00Z');
        const lines = offsets.map((at) =>
          at < 0 ? 'broken' : JSON.stringify({ '@timestamp': new Date(startMs + at * 1_000).toISOString() }),
        );
        const file = fileOf(lines.join('\n'));
        const undisturbed = new MemoryReplayLog();
        await replay(file, undisturbed);

        const log = new MemoryReplayLog();
        log.dieAtAppend = dieAtAppend;
        // Paced, so that it appends before every tick.
        const paced = { beforeTick: async () => {} };
        await replay(file, log, paced).catch((error: Error) => expect(error.message).toBe('killed'));
        log.dieAtAppend = Number.POSITIVE_INFINITY;
        await replay(file, log, paced);
        await replay(file, log);
        expect(unique(log.records)).toEqual(undisturbed.records);
      }),
      { numRuns: 50 },
    );
  });
});

/** Returns the records that the runner counts: it ignores one whose position is not above the last. */
function unique(records: readonly OutgoingRecord[]): OutgoingRecord[] {
  let seen = -1;
  return records.filter(({ headers }) => {
    const { number, ordinal } = parsePosition(headers[header.position]!)!;
    const isNew = number * 1e9 + ordinal > seen;
    if (isNew) seen = number * 1e9 + ordinal;
    return isNew;
  });
}
