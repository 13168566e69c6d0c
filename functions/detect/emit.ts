import { type Anomaly, anomalyVersion } from '../shared/domain/anomaly.ts';
import { type EntityRecord, entityVersion } from '../shared/domain/edge.ts';
import type { Tick } from '../shared/domain/signal.ts';
import { type Summary, summaryVersion } from '../shared/domain/summary.ts';
import { type Effect, header } from '../shared/log/record.ts';
import { sampleKey, topics } from '../shared/log/topics.ts';
import type { StepContext } from '../shared/runner/step.ts';

/** Returns the record of an anomaly for `signals`. */
export function anomalyEffect(anomaly: Anomaly): Effect {
  return {
    topic: topics.signals,
    key: anomaly.series.entity.cluster,
    value: JSON.stringify(anomaly),
    headers: { [header.schema]: anomalyVersion },
  };
}

/** Returns the record of the place of an entity for `signals`. */
export function entityEffect(record: EntityRecord): Effect {
  return {
    topic: topics.signals,
    key: record.entity.cluster,
    value: JSON.stringify(record),
    headers: { [header.schema]: entityVersion },
  };
}

/** Returns the record of a minute summary for `summaries`. */
export function summaryEffect(summary: Summary): Effect {
  return {
    topic: topics.summaries,
    key: sampleKey(summary.entity),
    value: JSON.stringify(summary),
    headers: { [header.schema]: summaryVersion },
  };
}

/**
 * Returns a tick or a replay's end for every partition of `signals`, because each partition of `alert` waits for the
 * time of all detect partitions.
 */
export function passOn(tick: Tick, schema: string, { layout, partition }: StepContext): Effect[] {
  const detectPartitions = layout.partitions[topics.samples];
  const value = JSON.stringify({ ...tick, detectPartition: partition, detectPartitions });
  return Array.from({ length: layout.partitions[topics.signals] }, (_, to) => ({
    topic: topics.signals,
    partition: to,
    key: tick.scope,
    value,
    headers: { [header.schema]: schema },
  }));
}
