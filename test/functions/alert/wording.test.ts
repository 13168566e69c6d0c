import { describe, expect, it } from 'vitest';
import type { Member } from '../../../functions/alert/cluster-state.ts';
import { headlineOf, titleOf } from '../../../functions/alert/wording.ts';
import { labelsOf } from '../../../functions/shared/domain/labels.ts';
import { anomaly, at, seriesAt } from './signals.ts';

const series = { ...seriesAt('host', 'a'), dimensions: { device: 'sdb', cluster: 'of its own' } };
const cause: Member = { ...anomaly({ series }), heardAtMs: 0, detectPartition: 0 };
const onB: Member = { ...cause, id: 'b', series: seriesAt('host', 'b') };

describe('the text of an alert', () => {
  it('has a title with the metric, the direction and the place', () => {
    expect(titleOf({ ...cause, series: { ...series, dimensions: { device: 'sdb' } } }, 1)).toBe(
      'diskio write bytes high on a/sdb',
    );
    expect(titleOf({ ...onB, direction: 'down' }, 3)).toBe('diskio write bytes low on b, and 2 more');
  });

  it('has a headline of one sentence: the reason, the start, the score, and how many series and entities', () => {
    const start = 'diskio write bytes on a at 90 MB/s, expected 1 to 3 MB/s, since 00:30:00 UTC (score 0.9900)';
    expect(headlineOf(cause, [cause], at('00:30'))).toBe(`${start}.`);
    expect(headlineOf(cause, [cause, { ...cause, id: 'c' }], at('00:30'))).toBe(
      `${start}; 2 series off, all on this entity.`,
    );
    expect(headlineOf(cause, [cause, onB], at('00:30'))).toBe(`${start}; 2 series off, on 2 entities.`);
  });

  it.each([
    ['quiet', 'diskio write bytes gone quiet on b'],
    ['limit', 'diskio write bytes above its limit on b'],
    ['no data', 'no data from b'],
    ['forecast', 'b full soon'],
    ['peers', 'diskio write bytes higher than that of its peers on b'],
  ] as const)('names an anomaly of kind %s in its title', (kind, title) => {
    expect(titleOf({ ...onB, kind }, 1)).toBe(title);
  });

  it('has a title with the side of the limit', () => {
    expect(titleOf({ ...onB, kind: 'limit', direction: 'down' }, 1)).toBe('diskio write bytes below its limit on b');
  });

  it.each(['limit', 'no data', 'forecast'] as const)('shows no score of kind %s, which estimates none', (kind) => {
    expect(headlineOf({ ...cause, kind }, [cause], at('00:30'))).toMatch(/since 00:30:00 UTC\.$/);
  });

  it('never shows a score of 1', () => {
    expect(headlineOf({ ...cause, score: 1 }, [cause], 0)).toContain('score 0.9999');
  });

  it('has the labels of its likely cause, which no dimension can replace', () => {
    expect(labelsOf(cause, 'critical')).toEqual({
      cluster: 'prod',
      kind: 'host',
      name: 'a',
      entity: 'prod/host/a',
      metric: 'system.diskio.write.bytes',
      dataset: 'system.diskio',
      severity: 'critical',
      device: 'sdb',
    });
  });
});
