import type { Freshness } from '../../api/types.ts';
import { durationText } from '../../format/duration.ts';
import { componentTitle } from '../../format/names.ts';

/** The age of a component's newest sample from which on it is named beside its source. Ms. */
const lateMs = 60_000;

const sourceNames: Readonly<Record<string, string>> = {
  metricbeat: 'Metricbeat',
  filebeat: 'Filebeat',
  heartbeat: 'Heartbeat',
  otlp: 'OpenTelemetry',
  otel: 'OpenTelemetry',
  collectd: 'collectd',
  kafka: 'Kafka',
  moosefs: 'MooseFS',
  lizardfs: 'LizardFS',
  offbeat: 'Offbeat itself',
  unknown: 'Other shippers',
  '': 'Other shippers',
};

/** A source of samples, with the component that is the furthest behind if that is late. */
export interface SourceRow {
  readonly key: string;
  /** The source, its cluster, and the number of its components. */
  readonly name: string;
  /** The age of its newest sample. */
  readonly age: string;
  readonly late?: string;
}

/** Returns a row for each source, those with a late component first, then those whose newest sample is the oldest. */
export function sourceRows(freshness: readonly Freshness[], nowMs: number): readonly SourceRow[] {
  const age = (ms: number): number => Math.max(0, nowMs - ms);
  const isLate = ({ oldest }: Freshness): boolean => age(oldest.newestMs) > lateMs;
  return freshness
    .toSorted((a, b) => Number(isLate(b)) - Number(isLate(a)) || a.newestMs - b.newestMs)
    .map((one) => {
      const { source, cluster, entities, newestMs, oldest } = one;
      return {
        key: `${source} ${cluster}`,
        name: `${sourceNames[source] ?? source}, ${cluster}: ${entities}`,
        age: durationText(age(newestMs)),
        ...(isLate(one) && { late: `${titleOf(oldest.path)}: no numbers for ${durationText(age(oldest.newestMs))}` }),
      };
    });
}

function titleOf(path: string): string {
  const [, kind = '', ...name] = path.split('/');
  return componentTitle(kind, name.join('/')) || path;
}
