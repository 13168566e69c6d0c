import { describe, expect, it } from 'vitest';
import { letterHeader, letterName } from '../../../../functions/shared/log/dead-letter.ts';
import { header, type LogRecord, type OutgoingRecord } from '../../../../functions/shared/log/record.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { silentTelemetry } from '../../../../functions/shared/ports/telemetry.ts';
import { rejectRecords } from '../../../../functions/shared/runner/reject-records.ts';
import { memoryPorts } from '../../../support/memory-ports.ts';

const beat = (parts: Partial<LogRecord>): LogRecord => ({
  topic: topics.beats,
  partition: 2,
  offset: 5,
  timestampMs: 1_000,
  key: 'node-a',
  value: Buffer.from('no document'),
  headers: {},
  ...parts,
});

/** Puts records aside as normalise, with what is logged as an error. */
async function lettersOf(...records: readonly LogRecord[]) {
  const ports = memoryPorts();
  const refusals = records.map((record) => ({ record, reason: 'not JSON', detail: 'why' }));
  await rejectRecords('normalise', refusals, { ...ports, deadLetters: ports.eventLog });
  return ports.eventLog.records(topics.deadLetters);
}

async function namesOf(...records: readonly LogRecord[]): Promise<(string | undefined)[]> {
  return (await lettersOf(...records)).map(({ headers }) => letterName(headers));
}

describe("a stateless stage's dead letter", () => {
  it("a dead letter is named by its record's offset and append time", async () => {
    const [letter] = await lettersOf(beat({ headers: { [header.sourceTime]: '7' } }));
    expect(letter?.headers).toMatchObject({
      [header.position]: 'normalise/offbeat.beats/2 0 5 0',
      [header.sourceTime]: '1000',
    });
  });

  it('a dead letter has the same name when its batch is retried, and another when the topic was recreated', async () => {
    const [first, again, recreated] = await namesOf(beat({}), beat({}), beat({ timestampMs: 9_000 }));
    expect(again).toBe(first);
    expect(recreated).not.toBe(first);
  });

  it('a record that a stopped redrive appended twice has one dead letter', async () => {
    const redriven = { [header.position]: 'redrive/run/offbeat.beats/2 0 3 0', [header.sourceTime]: '70' };
    const copy = beat({ headers: redriven });
    const other = beat({ headers: { ...redriven, [header.position]: 'redrive/run/offbeat.beats/2 0 4 0' } });
    const [first, again, another] = await namesOf(copy, { ...copy, offset: 9, timestampMs: 2_000 }, other);
    expect(again).toBe(first);
    expect(another).not.toBe(first);
  });

  it('the dead letter of a replayed record is named by its offset, because a replay may be run again', async () => {
    const replayed = { [header.position]: 'replay/abc 0 3 0' };
    expect(await namesOf(beat({ headers: replayed }))).toEqual(['normalise/offbeat.beats/2 0 5 0 1000']);
  });
});

describe('a dead letter that the log refuses', () => {
  const refusing = (bytesMax: number) => {
    const errors: Record<string, unknown>[] = [];
    const taken: OutgoingRecord[] = [];
    const ports = {
      ...memoryPorts(),
      telemetry: {
        ...silentTelemetry,
        error: (message: string, details: Readonly<Record<string, unknown>> = {}) =>
          errors.push({ message, ...details }),
      },
      deadLetters: {
        append: async (records: readonly OutgoingRecord[]) => {
          taken.push(...records.filter(({ value }) => value.length <= bytesMax));
          return [...records.entries()].flatMap(([index, { value }]) =>
            value.length > bytesMax ? [{ index, reason: 'message too large' }] : [],
          );
        },
      },
    };
    return { ports, errors, taken };
  };
  const refusals = [600_000, 3, 700_000].map((bytes, offset) => ({
    record: beat({ offset, value: Buffer.alloc(bytes, 'x'), headers: { [header.schema]: 'y'.repeat(5_000) } }),
    reason: 'not JSON',
    detail: 'why',
  }));
  const coordinates = { stage: 'normalise', topic: topics.beats, partition: 2, reason: 'message too large' };

  it('a dead letter that the log refuses is appended with its value cut, and an error names it', async () => {
    const { ports, errors, taken } = refusing(500_000);
    await rejectRecords('normalise', refusals, ports);
    expect(
      taken.map(({ value, headers }) => [value.length, headers[letterHeader.offset], headers[letterHeader.cutFrom]]),
    ).toEqual([
      [3, '1', undefined],
      [500_000, '0', '600000'],
      [500_000, '2', '700000'],
    ]);
    expect(taken.at(-1)?.headers[letterHeader.originalSchema]).toHaveLength(1_000);
    expect(errors).toEqual([
      { message: 'the value of a dead letter was cut', ...coordinates, offset: 0, bytes: 600_000 },
      { message: 'the value of a dead letter was cut', ...coordinates, offset: 2, bytes: 700_000 },
    ]);
  });

  it('a dead letter that the log refuses even when cut is named in an error', async () => {
    const { ports, errors, taken } = refusing(10);
    await rejectRecords('normalise', refusals, ports);
    expect(taken).toHaveLength(1);
    expect(errors.map(({ message, offset }) => [message, offset])).toEqual([
      ['a dead letter was refused and is lost', 0],
      ['a dead letter was refused and is lost', 2],
    ]);
  });
});
