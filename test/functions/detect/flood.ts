import { detectStep } from '../../../functions/detect/detect.ts';
import { DetectState } from '../../../functions/detect/state.ts';
import { anomalyVersion } from '../../../functions/shared/domain/anomaly.ts';
import {
  decodeReachedLimits,
  type ReachedLimit,
  reachedLimitsBlock,
} from '../../../functions/shared/domain/reached-limit.ts';
import type { Dimensions } from '../../../functions/shared/domain/series.ts';
import { type Effect, header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, context, sample, stored, tick } from './records.ts';

export const startMs = 1_700_000_040_000;
const secondMs = 1_000;

/** A shipper of samples: a host, or a flood of names. */
export interface Shipper {
  /** The first second and the second after the last. */
  readonly fromS: number;
  readonly toS: number;
  /** Seconds between two of its samples. */
  readonly everyS: number;
  readonly sampleAt: (nth: number, timeMs: number) => LogRecord;
}

/** Returns a host with a sample every 10 s, which is calm, and off in its last minute. */
export function watched(name: string, fromS: number, toS: number, dimensions: Dimensions = {}): Shipper {
  const everyS = 10;
  const calm = (toS - fromS) / everyS - 6;
  return {
    fromS,
    toS,
    everyS,
    sampleAt: (nth, timestampMs) =>
      sample({
        entity: { cluster: 'c', kind: 'host', name },
        timestampMs,
        dimensions,
        measurements: { 'system.cpu.total.norm.pct': nth > calm ? 0.9 : 0.1 + (nth % 3) / 100 },
      }),
  };
}

/** Returns a flood of samples. `of` returns the host and the device of a sample by its number. */
export function flood(
  perSecond: number,
  fromS: number,
  toS: number,
  of: (nth: number) => { readonly name: string; readonly device?: string },
): Shipper {
  return {
    fromS,
    toS,
    everyS: 1 / perSecond,
    sampleAt(nth, timestampMs) {
      const { name, device } = of(nth);
      return sample({
        entity: { cluster: 'c', kind: 'host', name },
        timestampMs,
        dimensions: device === undefined ? {} : { device },
        measurements: { 'system.cpu.total.norm.pct': 0.5 },
      });
    },
  };
}

/**
 * Applies the samples of all shippers in the order of time, with a tick every 2 s.
 * @returns all effects except summaries
 */
export function ship(state: DetectState, shippers: readonly Shipper[], toS: number): Effect[] {
  const effects: Effect[] = [];
  const apply = (record: LogRecord): void => {
    for (const effect of detectStep.apply(state, record, context)) {
      if (effect.headers[header.schema]?.startsWith('summary')) continue;
      effects.push(effect);
    }
  };
  const next = shippers.map(() => 0);
  for (let second = 0; second <= toS; second += 1) {
    if (second % 2 === 0) apply(tick(startMs + second * secondMs));
    for (const [index, { fromS, toS: untilS, everyS, sampleAt }] of shippers.entries()) {
      for (; ; next[index]! += 1) {
        const atS = fromS + next[index]! * everyS;
        if (atS >= untilS || atS >= second + 1) break;
        apply(sampleAt(next[index]!, startMs + Math.floor(atS * secondMs)));
      }
    }
  }
  return effects;
}

/** Returns the names of the hosts for which an anomaly was opened. */
export function offHosts(effects: readonly Effect[]): Set<string> {
  const anomalies = anomaliesOf(effects.filter(({ headers }) => headers[header.schema] === anomalyVersion));
  return new Set(anomalies.filter(({ state }) => state === 'open').map(({ series }) => series.entity.name));
}

/** Returns an empty state with these limits on series. */
export const limited = (perEntity: number, perPartition: number): DetectState =>
  new DetectState(new Map(), context.settings, { perEntity, perPartition });

/** Returns the reached limits that a state stores. */
export const reachedLimitsOf = (state: DetectState): readonly ReachedLimit[] => {
  const bytes = stored(new Map(), detectStep.takeChanges(state)).get(reachedLimitsBlock);
  return bytes === undefined ? [] : decodeReachedLimits(bytes);
};
