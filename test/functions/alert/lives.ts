import fc from 'fast-check';
import { severities } from '../../../functions/shared/domain/anomaly.ts';
import { alertId } from '../../../functions/shared/domain/ids.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaly, anomalyRecord, closed, commandRecord, end, midnightMs, seriesAt, tick } from './signals.ts';

export const scopes = ['live', 'old'] as const;
const kinds = ['host', 'chunkserver', 'consumer-group', 'service'] as const;

/**
 * Records of any order: anomalies of a few series that open and close, ticks of two partitions, operators' commands,
 * and ends of replays.
 * @param clock the factors of the lag of one partition's ticks: the usual one, and a rare one
 */
const lifeWith = (clock: readonly [usually: number, nowAndThen: number]) =>
  fc
    .array(
      fc.record({
        act: fc.nat(30),
        kind: fc.constantFrom(...kinds),
        name: fc.constantFrom('a', 'b'),
        episode: fc.nat(3),
        revision: fc.integer({ min: 1, max: 4 }),
        severity: fc.constantFrom(...severities),
        lagMs: fc.integer({ min: -100_000, max: 200_000 }),
        scope: fc.constantFrom(...scopes),
        detectPartition: fc.nat(1),
      }),
      { maxLength: 120, size: 'max' },
    )
    .map((acts) => acts.flatMap((act, nth) => recordsOf(act, midnightMs + nth * 15_000, clock)));

export const life = lifeWith([1, 50]);
/** The same without a clock that is set right: none is over 2 min ahead. */
export const steadyLife = lifeWith([0.5, 0.5]);

interface Act {
  readonly act: number;
  readonly kind: (typeof kinds)[number];
  readonly name: string;
  readonly episode: number;
  readonly revision: number;
  readonly severity: (typeof severities)[number];
  readonly lagMs: number;
  readonly scope: (typeof scopes)[number];
  readonly detectPartition: number;
}

function recordsOf(what: Act, timeMs: number, [usually, nowAndThen]: readonly [number, number]): LogRecord[] {
  const { act, kind, name, episode, revision, severity, lagMs, scope, detectPartition } = what;
  const place = { detectPartition, detectPartitions: 2 };
  const cluster = scope === 'old' ? 'old' : 'prod';
  const startsAtMs = midnightMs + episode * 100_000;
  const series = seriesAt(kind, name, 'x', cluster);
  const open = { ...anomaly({ series, startsAtMs, updatedAtMs: timeMs, severity, scope }), revision };
  const base = { id: 'command-1', by: 'ada', atMs: timeMs, cluster };
  if (act < 12) return [0, 1].map((partition) => tick(timeMs, { ...place, scope, detectPartition: partition }));
  if (act < 15) return [tick(timeMs + Math.round(lagMs * (act === 14 ? nowAndThen : usually)), { scope, ...place })];
  // The anomaly's tick has passed, is the newest, or is ahead; a redriven anomaly has none.
  const tickMs = lagMs > 150_000 ? undefined : timeMs + Math.round(lagMs / 10_000) * 5_000;
  if (act < 19) return [anomalyRecord(open, detectPartition, tickMs)];
  if (act < 24) return [anomalyRecord(closed(open, startsAtMs + 40_000, timeMs), detectPartition, tickMs)];
  if (act === 24) return [end(timeMs, 'old', place)];
  if (act === 25) {
    const later = lagMs > 0 ? { startsAtMs: timeMs + lagMs } : {};
    const silence = { matchers: { name }, ...later, endsAtMs: timeMs + 300_000 };
    return [commandRecord({ ...base, id: 'silence-1', action: 'silence', ...silence })];
  }
  if (act === 26) return [commandRecord({ ...base, action: 'unsilence', silenceId: 'silence-1' })];
  return [commandRecord({ ...base, action: act < 29 ? 'ack' : 'resolve', alertId: alertId(cluster, open.id) })];
}
