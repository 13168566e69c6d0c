import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantitiesApart, quantity, reasonSentence } from '../../../functions/detect/reason.ts';

const entity = { cluster: 'prod', kind: 'host', name: 'node-b' } as const;

describe('reasonSentence', () => {
  it('contains the metric, the entity, the value and the expected range', () => {
    const series = { entity, metric: 'system.diskio.write.bytes', dimensions: { device: 'sdb' } };
    expect(reasonSentence(series, 'By/s', { seen: 2e6, lower: 85e6, upper: 140e6 })).toBe(
      'diskio write bytes on node-b/sdb at 2 MB/s, expected 85 to 140 MB/s',
    );
  });

  it('repeats the unit where the two limits differ in it, and leaves it out for zero', () => {
    const series = { entity, metric: 'up', dimensions: {} };
    expect(reasonSentence(series, 'By', { seen: 9e9, lower: 900, upper: 2e6 })).toBe(
      'up on node-b at 8.4 GiB, expected 900 B to 1.9 MiB',
    );
    expect(reasonSentence(series, 'By', { seen: 9e9, lower: 0, upper: 2e6 })).toBe(
      'up on node-b at 8.4 GiB, expected 0 to 1.9 MiB',
    );
  });

  it('contains the digits that separate the value from the range, and no others', () => {
    const series = { entity, metric: 'system.filesystem.used.pct', dimensions: { device: 'sda1' } };
    expect(reasonSentence(series, '1', { seen: 0.9141, lower: 0.8, upper: 0.9121 })).toBe(
      'filesystem used pct on node-b/sda1 at 91.4 %, expected 80 to 91.2 %',
    );
    const topic = { entity, metric: 'kafka.partition.offset.newest', dimensions: {} };
    expect(reasonSentence(topic, 'By', { seen: 100_400, lower: 0, upper: 100_300 })).toBe(
      'partition offset newest on node-b at 98 KiB, expected 0 to 97.9 KiB',
    );
  });

  it('contains one number where the expected range is one number', () => {
    const series = { entity, metric: 'moosefs.chunkserver.connected', dimensions: {} };
    expect(reasonSentence(series, '1', { seen: 0, lower: 1, upper: 1 })).toBe(
      'chunkserver connected on node-b at 0, expected 1',
    );
  });
});

describe('quantitiesApart', () => {
  const numbers = fc.double({ min: -1e12, max: 1e12, noNaN: true });
  const units = fc.constantFrom('1', 'By/s', 'ms', '{message}', '{message}/s', 'Cel');

  it('never writes the value seen like another number that differs from it by a billionth', () => {
    const value = (text: string): number => Number.parseFloat(text);
    fc.assert(
      fc.property(numbers, fc.double({ min: 1e-9, max: 2, noNaN: true }), units, (seen, share, unit) => {
        const other = seen + share * Math.max(1e-6, Math.abs(seen));
        const [a, b] = quantitiesApart([seen, other], unit, 'x');
        expect(a).not.toBe(b);
        expect(Number.isNaN(value(a!))).toBe(false);
      }),
    );
  });

  it('writes numbers that two digits tell apart as they are written alone', () => {
    expect(quantitiesApart([2e6, 85e6, 140e6], 'By/s', 'x')).toEqual(['2 MB/s', '85 MB/s', '140 MB/s']);
    expect(quantitiesApart([5, 5, 5], 'By/s', 'x')).toEqual(['5 B/s', '5 B/s', '5 B/s']);
  });
});

describe('quantity', () => {
  it.each([
    [0.3512, '1', 'system.cpu.total.norm.pct', '35 %'],
    [0.5, '1', 'connected', '0.5'],
    [1530, 'ms', 'latency', '1.5 s'],
    [12, 'ms', 'latency', '12 ms'],
    [13.3, '{operation}/s', 'x', '13 operations/s'],
    [1, '{message}', 'x', '1 message'],
    [2400, '{message}', 'x', '2.4k messages'],
    [11, '{process}', 'x', '11 processes'],
    [-1_536, 'By', 'x', '-1.5 KiB'],
    [12_013_010_944, 'By', 'x', '11 GiB'],
    [1_500, 'By/s', 'x', '1.5 kB/s'],
    [0, 'By/s', 'x', '0 B/s'],
  ])('writes %s of unit %s (%s) as %s', (value, unit, metric, text) => {
    expect(quantity(value, unit, metric)).toBe(text);
  });
});
