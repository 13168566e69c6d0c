import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RefusedRecordError } from '../../../../functions/shared/domain/errors.ts';
import { signalVersions } from '../../../../functions/shared/domain/signal.ts';
import { decodeSignal } from '../../../../functions/shared/log/decode-signal.ts';
import { anomaly, anomalyRecord, at, commandRecord, context, end, recordOf, run, tick } from '../../alert/signals.ts';

const silence = {
  id: 'command-1',
  by: 'ada',
  atMs: 0,
  cluster: 'prod',
  action: 'silence',
  matchers: { name: 'a' },
} as const;

describe('a signal', () => {
  it('a signal is decoded by its schema', () => {
    expect(decodeSignal(anomalyRecord(anomaly()))).toEqual({
      kind: 'anomaly',
      anomaly: anomaly(),
      detectPartition: 0,
      tickMs: 0,
    });
    expect(decodeSignal(anomalyRecord(anomaly(), 3, 5))).toMatchObject({ detectPartition: 3, tickMs: 5 });
    expect(decodeSignal(tick(5)).kind).toBe('tick');
    expect(decodeSignal(end(5, 'old')).kind).toBe('end');
    expect(decodeSignal(commandRecord({ ...silence, startsAtMs: 0, endsAtMs: 1 })).kind).toBe('command');
  });

  it('an anomaly of the first version is a deviation', () => {
    const { kind, ...first } = anomaly({ zScore: -9 });
    expect(kind).toBe('deviation');
    expect(decodeSignal(recordOf('anomaly/1', first))).toMatchObject({ anomaly: { kind: 'deviation', zScore: -9 } });
  });

  it('an anomaly of a kind that expects nothing has no expected value, range or z-score', () => {
    const { expected, lower, upper, zScore, ...rest } = anomaly({ kind: 'no data' });
    expect([expected, lower, upper, zScore]).not.toContain(undefined);
    expect(decodeSignal(recordOf('anomaly/2', rest))).toMatchObject({ anomaly: { kind: 'no data' } });
  });

  it.each([
    [
      recordOf('anomaly/3', anomaly()),
      'unknown schema',
      'header offbeat-schema: expected one of anomaly/2, entity/1, tick/1',
    ],
    [{ ...tick(5), headers: {} }, 'unknown schema', 'got none'],
    [{ ...tick(5), value: null }, 'not JSON', 'value: expected JSON, got a tombstone'],
    [{ ...tick(5), value: Buffer.from('{') }, 'not JSON', 'value: SyntaxError'],
    [anomalyRecord({ ...anomaly(), score: 2 }), 'not an anomaly', 'score'],
    [anomalyRecord({ ...anomaly(), peak: Number.NaN }), 'not an anomaly', 'peak'],
    [recordOf('anomaly/2', { ...anomaly(), kind: 'odd' }), 'not an anomaly', 'kind'],
    [tick(-1), 'not a tick', 'timeMs'],
    [tick(5, { detectPartition: 2, detectPartitions: 2 }), 'not a tick', 'expected less than detectPartitions'],
    [end(5, 'live'), 'not an end', `"live" has no end; expected a replay's cluster`],
    [recordOf('command/1', { ...silence, endsAtMs: 1, matchers: {} }), 'not a command', 'at least one matcher'],
    [recordOf('command/1', { ...silence, endsAtMs: 1, until: 2 }), 'not a command', 'until: unknown field; remove it'],
    [commandRecord({ ...silence, startsAtMs: 5, endsAtMs: 5 }), 'not a command', 'a silence must end after it starts'],
    [recordOf('command/1', { ...silence, action: 'shout' }), 'not a command', 'action'],
  ])('a record that is not a signal is refused: %#', (record, reason, detail) => {
    expect(() => decodeSignal(record)).toThrow(RefusedRecordError);
    expect(() => decodeSignal(record)).toThrow(expect.objectContaining({ reason }));
    expect(() => decodeSignal(record)).toThrow(detail);
  });

  it('a record that is not a signal is refused without any other effect', () => {
    const { state } = run([tick(at('00:30')), anomalyRecord(anomaly())], undefined, context);
    state.takeChanges();
    fc.assert(
      fc.property(fc.constantFrom(...signalVersions), fc.json(), (schema, json) => {
        const record = { ...recordOf(schema, null), value: Buffer.from(json) };
        expect(() => run([record], state)).toThrow(RefusedRecordError);
        expect(state.takeChanges().size).toBe(0);
      }),
    );
  });
});
