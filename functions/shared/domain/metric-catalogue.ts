import type { Direction, MetricFacts } from './catalogue.ts';
import { entityPath } from './entity.ts';
import { matchesGlob } from './glob.ts';
import type { MetricKind } from './sample.ts';
import type { Series } from './series.ts';
import type { CatalogueOverride } from './settings.ts';

const GB = 1e9;
const MB = 1e6;

type Row = readonly [
  metric: string,
  kind: MetricKind,
  unit: string,
  direction: Direction | 'never',
  floor: number,
  relativeFloor: number,
  meaning: string,
  criticalAt?: number,
];

/** Floors are in the unit judged: per second for counters. `never`: collected and shown, never judged. */
const rows: readonly Row[] = [
  ['system.cpu.total.norm.pct', 'gauge', '1', 'up', 0.15, 0.5, 'share of all processors in use'],
  ['system.cpu.iowait.norm.pct', 'gauge', '1', 'up', 0.1, 0.5, 'processors waiting for disks'],
  ['system.cpu.steal.norm.pct', 'gauge', '1', 'up', 0.1, 0.5, 'processors taken by other machines'],
  ['system.load.norm.1', 'gauge', '1', 'up', 1, 0.5, 'processes waiting for a processor, per core'],
  ['system.memory.actual.used.pct', 'gauge', '1', 'up', 0.1, 0.1, 'memory in use without file cache'],
  ['system.memory.swap.used.pct', 'gauge', '1', 'up', 0.1, 0.1, 'swap in use: memory is short'],
  ['system.diskio.read.bytes', 'counter', 'By', 'up', 4 * MB, 0.5, 'read throughput of a disk'],
  ['system.diskio.write.bytes', 'counter', 'By', 'up', 4 * MB, 0.5, 'write throughput of a disk'],
  ['system.diskio.read.count', 'counter', '{operation}', 'up', 150, 0.5, 'reads of a disk'],
  ['system.diskio.write.count', 'counter', '{operation}', 'up', 150, 0.5, 'writes of a disk'],
  ['system.diskio.io.time', 'counter', 'ms', 'up', 300, 0.3, 'time a disk was busy'],
  ['system.network.in.bytes', 'counter', 'By', 'up', 5 * MB, 0.5, 'traffic received'],
  ['system.network.out.bytes', 'counter', 'By', 'up', 5 * MB, 0.5, 'traffic sent'],
  ['system.network.in.packets', 'counter', '{packet}', 'up', 4000, 0.5, 'packets received'],
  ['system.network.out.packets', 'counter', '{packet}', 'up', 4000, 0.5, 'packets sent'],
  ['system.network.in.errors', 'counter', '{packet}', 'up', 1, 0, 'damaged packets received', 100],
  ['system.network.out.errors', 'counter', '{packet}', 'up', 1, 0, 'packets that could not be sent', 100],
  ['system.network.in.dropped', 'counter', '{packet}', 'up', 10, 0, 'packets received and thrown away', 100],
  ['system.network.out.dropped', 'counter', '{packet}', 'up', 10, 0, 'packets thrown away before sending', 100],
  ['system.filesystem.used.pct', 'gauge', '1', 'up', 0.05, 0.05, 'share of a file system in use', 6],
  ['kafka.partition.offset.newest', 'counter', '{message}', 'both', 10, 0.8, 'messages written to a partition'],
  ['kafka.consumergroup.offset', 'counter', '{message}', 'down', 5, 0.8, 'messages a group has worked off'],
  ['kafka.consumergroup.consumer_lag', 'gauge', '{message}', 'up', 100, 0.5, 'messages a group is behind', 100],
  ['moosefs.chunkserver.connected', 'gauge', '1', 'down', 0.5, 0, 'whether the master reaches the chunkserver', 1.5],
  ['moosefs.chunkserver.errors', 'gauge', '{error}', 'up', 1, 0, 'errors a chunkserver reports', 10],
  ['moosefs.master.space.total.bytes', 'gauge', 'By', 'down', GB, 0.05, 'space of all connected chunkservers'],
];

const catalogue = new Map(
  rows.map(([metric, kind, unit, direction, floor, relativeFloor, meaning, criticalAt]): [string, MetricFacts] => [
    metric,
    {
      kind,
      unit,
      direction: direction === 'never' ? 'both' : direction,
      floor,
      relativeFloor,
      meaning,
      judged: direction !== 'never',
      ...(criticalAt === undefined ? {} : { criticalAt }),
    },
  ]),
);

/** What is known of a metric; `undefined` where it is none of ours. */
export function catalogueFacts(metric: string): MetricFacts | undefined {
  return catalogue.get(metric);
}

/** The same, with defaults for metrics nobody described: judged both ways, from half of what was expected. */
export function factsFor(metric: string, kind: MetricKind = 'gauge', unit = '1'): MetricFacts {
  return (
    catalogue.get(metric) ?? {
      kind,
      unit,
      direction: 'both',
      floor: 0,
      relativeFloor: 0.5,
      meaning: 'a metric that the catalogue does not describe',
      judged: true,
    }
  );
}

/** Facts with the operator's wishes: the last override that matches a field decides it. Meant for once a series. */
export function applyOverrides(
  facts: MetricFacts,
  overrides: readonly CatalogueOverride[],
  series: Series,
): MetricFacts & { readonly sensitivity: number } {
  const matching = overrides.filter((override) => matches(override, series));
  const last = <Field extends keyof CatalogueOverride>(field: Field): CatalogueOverride[Field] | undefined =>
    matching.findLast((override) => override[field] !== undefined)?.[field];
  const ignore = last('ignore');
  return {
    ...facts,
    floor: last('floor') ?? facts.floor,
    relativeFloor: last('relativeFloor') ?? facts.relativeFloor,
    direction: last('direction') ?? facts.direction,
    sensitivity: last('sensitivity') ?? 1,
    judged: ignore === undefined ? facts.judged : !ignore,
  };
}

function matches({ match }: CatalogueOverride, { entity, metric, dimensions }: Series): boolean {
  if (match.metric !== undefined && !matchesGlob(match.metric, metric)) return false;
  if (match.entity !== undefined && !matchesGlob(match.entity, entityPath(entity))) return false;
  return Object.entries(match.dimensions ?? {}).every(([name, pattern]) =>
    matchesGlob(pattern, dimensions[name] ?? ''),
  );
}
