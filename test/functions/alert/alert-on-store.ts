import { createAlert } from '../../../functions/alert/handler.ts';
import { knownAlerts } from '../../../functions/alert/known-alerts.ts';
import { encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { defaultLayout, type Layout } from '../../../functions/shared/log/layout.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { partitionOf, topics } from '../../../functions/shared/log/topics.ts';
import type { Telemetry } from '../../../functions/shared/ports/telemetry.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

/** Returns the layout with a number of partitions of `signals`. */
export const withSignals = (partitions: number): Layout => ({
  partitions: { ...defaultLayout.partitions, [topics.signals]: partitions },
});

type AlertPorts = Parameters<typeof createAlert>[0];

/** The function of the alert stage over given ports, fed as Lambda feeds it. */
export class AlertOnStore {
  readonly ports: AlertPorts;
  readonly #read = new Map<number, number>();

  constructor(ports: AlertPorts = memoryPorts()) {
    this.ports = ports;
  }

  /** Reads the committed state. */
  known = () => knownAlerts(this.ports).read();

  /**
   * Feeds one batch of records to the stage. @throws {Error} if it refuses one
   * @param partition the partition of all; without it each record goes to that of its cluster, and ticks to all
   */
  async feed(records: readonly LogRecord[], partition?: number): Promise<void> {
    const partitions = this.ports.layout.partitions[topics.signals];
    const placed = records.flatMap((record) => {
      if (partition !== undefined) return [{ ...record, partition }];
      const { series, cluster = series?.entity.cluster } = JSON.parse(String(record.value));
      if (cluster !== undefined) return [{ ...record, partition: partitionOf(cluster, partitions) }];
      return Array.from({ length: partitions }, (_, nth) => ({ ...record, partition: nth }));
    });
    const numbered = placed.map((record) => {
      const offset = this.#read.get(record.partition) ?? 0;
      this.#read.set(record.partition, offset + 1);
      return { ...record, offset };
    });
    const refused: string[] = [];
    const count: Telemetry['count'] = (metric, _by, dimensions) => {
      if (metric === 'dead_letters') refused.push(JSON.stringify(dimensions));
    };
    const telemetry = { ...this.ports.telemetry, count };
    await createAlert({ ...this.ports, telemetry })(encodeKafkaEvent(numbered), lambdaContext());
    if (refused.length > 0) throw new Error(refused.join('; '));
  }
}
