import { max, mean, quantile } from 'simple-statistics';
import { type Journey, type Stop, stops } from './journeys.ts';
import { percent } from './stage-table.ts';

/** The statistics of some durations, ms. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Returns the statistics of durations. @param ms at least one */
export function latencyOf(ms: readonly number[]): Latency {
  const all = [...ms];
  return { p50: quantile(all, 0.5), p99: quantile(all, 0.99), max: max(all) };
}

/** A part of a journey. */
export interface Hop {
  readonly name: string;
  readonly ms: number;
}

/** The part in which an anomaly waits for the tick after its own, which lets its alert go out. */
export const tickWaitOf = ({ passages, releasedMs }: Journey): number => releasedMs - passages.detect.handedOnMs;

/** Returns the parts of a journey, in order and without gaps: they add up to the whole. */
export function hopsOf(journey: Journey): Hop[] {
  const { dueMs, appendedMs, releasedMs, receivedMs, passages } = journey;
  const hops = [{ name: 'append to beats', ms: appendedMs - dueMs }];
  let fromMs = appendedMs;
  for (const stop of stops) {
    if (stop === 'alert') {
      hops.push({ name: 'signals, until its tick is there', ms: tickWaitOf(journey) });
      fromMs = releasedMs;
    }
    const { invokedMs, handedOnMs } = passages[stop];
    const toMs = stop === 'notify' ? receivedMs : handedOnMs;
    hops.push({ name: waitBefore[stop], ms: invokedMs - fromMs }, { name: stop, ms: toMs - invokedMs });
    fromMs = toMs;
  }
  return hops;
}

const waitBefore: Readonly<Record<Stop, string>> = {
  normalise: 'Kafka, until normalise is invoked',
  detect: 'Kafka, until detect is invoked',
  alert: 'Kafka, until alert is invoked',
  publish: 'Kafka, until publish is invoked',
  notify: 'SNS and SQS, until notify is invoked',
};

/** Returns a line for each part of the journeys, with the mean. */
export function hopTable(journeys: readonly Journey[]): string[] {
  const all = journeys.map(hopsOf);
  const wholeMs = mean(journeys.map(({ dueMs, receivedMs }) => receivedMs - dueMs));
  return all[0]!.map(({ name }, nth) => {
    const ms = mean(all.map((hops) => hops[nth]!.ms));
    return `  ${name.padEnd(40)}${ms.toFixed(1).padStart(8)} ms${percent(ms, wholeMs).padStart(8)}`;
  });
}
