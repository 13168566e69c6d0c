import { detectStep } from '../../../functions/detect/detect.ts';
import { anomalyVersion } from '../../../functions/shared/domain/anomaly.ts';
import type { Dimensions } from '../../../functions/shared/domain/series.ts';
import { type Effect, header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, context, type DetectState, sample, tick } from './records.ts';

export const startMs = 1_700_000_040_000;
const secondMs = 1_000;

/** What ships samples: a host that is watched, or a flood of names. */
export interface Shipper {
  readonly fromS: number;
  readonly toS: number;
  /** Seconds between two of its samples. */
  readonly everyS: number;
  readonly sampleAt: (nth: number, timeMs: number) => LogRecord;
}

/** A host that is calm and, in its last minute, is not. */
export function watched(name: string, fromS: number, toS: number, everyS = 10, dimensions: Dimensions = {}): Shipper {
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

/** Names by their number: `nameOf` says which one a sample is of. */
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

/** Applies what all of them ship, in the order of time, with a tick every 2 s. @returns the effects but for summaries */
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

/** Names of the hosts of which an anomaly was opened. */
export function offHosts(effects: readonly Effect[]): Set<string> {
  const anomalies = anomaliesOf(effects.filter(({ headers }) => headers[header.schema] === anomalyVersion));
  return new Set(anomalies.filter(({ state }) => state === 'open').map(({ series }) => series.entity.name));
}
