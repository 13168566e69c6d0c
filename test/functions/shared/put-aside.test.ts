import { describe, expect, it } from 'vitest';
import { letterHeader } from '../../../functions/shared/domain/dead-letter.ts';
import { header, type LogRecord, type OutgoingRecord } from '../../../functions/shared/domain/record.ts';
import { topics } from '../../../functions/shared/domain/topics.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { putAside } from '../../../functions/shared/put-aside.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

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
      eventLog: {
        earliestOffset: async () => 0,
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

  it('is appended with its value cut, and an error says which it is', async () => {
    const { ports, errors, taken } = refusing(500_000);
    await putAside('normalise', refusals, ports);
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

  it('is named in an error where the log does not even take it cut', async () => {
    const { ports, errors, taken } = refusing(10);
    await putAside('normalise', refusals, ports);
    expect(taken).toHaveLength(1);
    expect(errors.map(({ message, offset }) => [message, offset])).toEqual([
      ['a dead letter was refused and is lost', 0],
      ['a dead letter was refused and is lost', 2],
    ]);
  });
});
