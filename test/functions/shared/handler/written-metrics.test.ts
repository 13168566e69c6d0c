import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlarmedMetric,
  dimensionSetsOf,
  metricsEnvironment,
  writeWords,
  writtenMetrics,
} from '../../../../functions/shared/handler/written-metrics.ts';

const word = fc.constantFrom('stage', 'reason', 'detect', 'alert', 'lane left behind', '"é');
const dimensions = fc.dictionary(word, word, { maxKeys: 3, noNullPrototype: true });
const metric = fc.record({ name: fc.constantFrom('ignored', 'failures', 'dead_letters'), dimensions });
const namespace = fc.constantFrom('Offbeat', 'Offbeat/team-a', 'Offbeat/b');
const choice = fc.record({ namespace, write: fc.constantFrom(...writeWords), alarmed: fc.array(metric) });

describe('the variables of a function', () => {
  it('give back the choice that they were made of', () => {
    fc.assert(
      fc.property(choice, (written) => {
        expect(writtenMetrics(metricsEnvironment(written))).toEqual(written);
      }),
    );
  });

  it('write all metrics where none is set', () => {
    expect(writtenMetrics({})).toEqual({ namespace: 'Offbeat', write: 'all', alarmed: [] });
  });

  it.each([
    [
      { OFFBEAT_METRICS_NAMESPACE: 'AWS/Kafka' },
      /OFFBEAT_METRICS_NAMESPACE: expected Offbeat, or Offbeat\/PREFIX with the prefix of the deployment, got AWS\/Kafka/,
    ],
    [{ OFFBEAT_METRICS_NAMESPACE: 'Offbeat/Team A' }, /OFFBEAT_METRICS_NAMESPACE: expected Offbeat, or/],
    [{ OFFBEAT_METRICS: 'some' }, /OFFBEAT_METRICS: expected one of alarmed, all, got/],
    [{ OFFBEAT_ALARMED_METRICS: 'ignored' }, /OFFBEAT_ALARMED_METRICS: expected a list in JSON, got ignored/],
    [
      { OFFBEAT_ALARMED_METRICS: '["ignored"]' },
      /expected a list of \[name, \{dimension: value\}\], got \["ignored"\]/,
    ],
  ])('%j are refused', (env, message) => {
    expect(() => writtenMetrics(env)).toThrow(message);
  });
});

describe('the sets of dimensions of a line', () => {
  const ignored = { Name: 'ignored', Unit: 'Count' };
  const failures = { Name: 'failures', Unit: 'Count' };
  const line = { stage: 'detect', reason: 'late' };
  const namesOf = (metrics: readonly (typeof ignored)[], ...alarmed: AlarmedMetric[]) =>
    dimensionSetsOf(line, metrics, { write: 'alarmed', alarmed }).map((set) => [
      set.names,
      set.metrics.map(({ Name }) => Name),
    ]);

  it('are none where no alarm reads a metric of the line', () => {
    expect(namesOf([ignored, failures])).toEqual([]);
    expect(namesOf([ignored], { name: 'ignored', dimensions: { stage: 'detect', reason: 'gap' } })).toEqual([]);
  });

  it('leave out the dimensions over which an alarm sums, and the metrics that none reads', () => {
    expect(namesOf([ignored, failures], { name: 'failures', dimensions: {} })).toEqual([[[], ['failures']]]);
    expect(namesOf([ignored, failures], { name: 'failures', dimensions: { stage: 'detect' } })).toEqual([
      [['stage'], ['failures']],
    ]);
  });

  it('have each metric once, however many alarms read it', () => {
    const read = { name: 'ignored', dimensions: line };
    expect(namesOf([ignored, failures], read, read)).toEqual([[['stage', 'reason'], ['ignored']]]);
  });

  it('have, with all, each metric with all dimensions of the line, and besides what alarms read in another way', () => {
    const metrics = [ignored, failures];
    fc.assert(
      fc.property(dimensions, fc.array(metric), (of, alarmed) => {
        const [all, ...more] = dimensionSetsOf(of, metrics, { write: 'all', alarmed });
        expect(all).toEqual({ names: Object.keys(of), metrics });
        for (const { names } of more) expect(names.length).toBeLessThan(Object.keys(of).length);
        const alone = dimensionSetsOf(of, metrics, { write: 'alarmed', alarmed });
        expect(alone.length).toBeGreaterThanOrEqual(more.length);
      }),
    );
  });
});
