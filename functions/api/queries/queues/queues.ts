import { worstOf } from '../../../shared/domain/cluster-status.ts';
import { hourMs } from '../../../shared/domain/durations.ts';
import type { Entity } from '../../../shared/domain/entity.ts';
import { entityPath } from '../../../shared/domain/entity.ts';
import type { InventoryItem } from '../../../shared/domain/inventory.ts';
import { compareText } from '../../../shared/domain/order.ts';
import type { Warehouse } from '../../../shared/ports/warehouse.ts';
import type { GroupRow, QueueRow, Queues, TopicRow } from '../../answers/queues.ts';
import type { StepValues } from '../charts/steps.ts';
import { findInventory } from '../inventory.ts';
import { combined, type MeasuredSeries } from '../measures/measured-series.ts';
import { type Parts, readParts } from '../measures/read-parts.ts';

/** A question for topics, consumer groups and queues. */
export interface QueuesQuery {
  readonly cluster?: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  readonly nowMs: number;
}

/** The metrics of topics, groups and queues, in the names of Metricbeat and of Offbeat's own collections. */
const metric = {
  topicIn: 'kafka.topic.messages.in',
  topicBytes: 'kafka.topic.bytes.in',
  partitionIn: 'kafka.partition.offset.newest',
  groupOut: 'kafka.consumergroup.messages.out',
  partitionOut: 'kafka.consumergroup.offset',
  totalLag: 'kafka.consumergroup.total_lag',
  lag: 'kafka.consumergroup.consumer_lag',
  maxLagTime: 'kafka.consumergroup.max_lag_time.sec',
  lagTime: 'kafka.consumergroup.lag_time.sec',
  waiting: 'aws.sqs.messages.visible',
  oldest: 'aws.sqs.oldest_message_age.sec',
} as const;

/** The dataset of the queues of SQS, whose entities are services. */
const queueDataset = 'aws.sqs';
/** The most components whose state is read. */
const itemsMax = 10_000;
/** The longest range whose components are found by samples, ms. */
const samplesRangeMsMax = hourMs;

/**
 * Returns the traffic of topics, the lag of consumer groups, and the queues of SQS, by path.
 * @throws {UnavailableError} if the warehouse does not answer
 */
export async function findQueues(warehouse: Warehouse, query: QueuesQuery): Promise<Queues> {
  const { fromMs, toMs, points, cluster, nowMs } = query;
  const found = await entitiesOf(warehouse, query);
  const entities = new Map([...found].map(([path, { entity }]) => [path, entity]));
  const components = [...found].map(([path, { datasets }]) => ({ path, datasets }));
  const parts = await readParts(warehouse, {
    match: { 'offbeat.entity.path': [...entities.keys()] },
    metrics: Object.values(metric),
    fromMs,
    toMs,
    points,
    components,
  });
  const { items, isCut } = await itemsByPath(warehouse, cluster, nowMs);
  const of = (kind: Entity['kind']): Entity[] => [...entities.values()].filter((entity) => entity.kind === kind);
  const groups = of('consumer-group');
  const inByTopic = new Map(of('topic').map((entity) => [entityPath(entity), writtenTo(entity, parts).values]));
  const outByTopic = outOf(groups, parts);
  return {
    fromMs,
    toMs,
    stepMs: parts.grid.stepMs,
    source: parts.source,
    times: [...parts.grid.times],
    topics: of('topic').map((entity) => topicRow(entity, { parts, items, outByTopic })),
    groups: groups.map((entity) => groupRow(entity, { parts, items, inByTopic })),
    queues: of('service').map((entity) => queueRow(entity, parts)),
    ...noteOf(parts, isCut),
  };
}

/** Returns the topics, groups and queues with a document since the beginning of the range, by path. */
async function entitiesOf(
  warehouse: Warehouse,
  { cluster, fromMs, toMs }: QueuesQuery,
): Promise<ReadonlyMap<string, { readonly entity: Entity; readonly datasets: readonly string[] }>> {
  const family = toMs - fromMs <= samplesRangeMsMax ? 'offbeat-samples' : 'offbeat-summaries';
  const newest = await warehouse.newestByEntity({ family, fromMs, ...(cluster === undefined ? {} : { cluster }) });
  const asked = newest.filter(
    ({ entity: { kind }, dataset }) => kind === 'topic' || kind === 'consumer-group' || dataset === queueDataset,
  );
  const byPath = Map.groupBy(asked, ({ entity }) => entityPath(entity));
  return new Map(
    [...byPath]
      .sort(([a], [b]) => compareText(a, b))
      .map(([path, own]) => [path, { entity: own[0]!.entity, datasets: own.map(({ dataset }) => dataset) }]),
  );
}

type Items = ReadonlyMap<string, readonly InventoryItem[]>;

async function itemsByPath(
  warehouse: Warehouse,
  cluster: string | undefined,
  nowMs: number,
): Promise<{ readonly items: Items; readonly isCut: boolean }> {
  const kinds = ['topic', 'partition', 'consumer-group'] as const;
  const found = await Promise.all(
    kinds.map((kind) => findInventory(warehouse, { kind, cluster, limit: itemsMax }, nowMs)),
  );
  const items = Map.groupBy(
    found.flatMap(({ inventory }) => inventory),
    ({ entity }) => entityPath(entity),
  );
  return { items, isCut: found.some(({ next }) => next !== undefined) };
}

function noteOf({ note }: Parts, isCut: boolean): { readonly note?: string } {
  const cut = `the status is that of the first ${itemsMax.toLocaleString('en')} topics, partitions and groups of each kind; choose a cluster`;
  const notes = [...(note === undefined ? [] : [note]), ...(isCut ? [cut] : [])];
  return notes.length === 0 ? {} : { note: notes.join('; ') };
}

/** Returns the worst status of the items of a component, with its reason. */
function stateOf(items: readonly InventoryItem[]): Pick<TopicRow, 'status' | 'reason'> {
  const status = worstOf(items.map((item) => item.status));
  const reason = items.find((item) => item.status === status)?.reason;
  return { status, ...(reason === undefined || status === 'ok' ? {} : { reason }) };
}

/** The series of one component, by metric. */
type ByMetric = ReadonlyMap<string, readonly MeasuredSeries[]>;

const seriesOf = ({ series }: Parts, entity: Entity): ByMetric =>
  Map.groupBy(series.get(entityPath(entity)) ?? [], (each) => each.metric);

const named = (entity: Entity) => ({ path: entityPath(entity), cluster: entity.cluster, name: entity.name });

const none = ({ grid }: Parts): StepValues => grid.times.map(() => null);

/** Returns the values of the first metric that a component has, and the text of its first series. */
function firstOf(
  parts: Parts,
  own: ByMetric,
  choices: readonly (readonly [metric: string, how: 'sum' | 'max'])[],
): { readonly values: StepValues; readonly series: string } {
  for (const [name, how] of choices) {
    const series = own.get(name);
    if (series === undefined) continue;
    return {
      values: combined(
        series.map(({ values }) => values),
        how,
      ),
      series: series[0]!.series,
    };
  }
  return { values: none(parts), series: '' };
}

interface Known {
  readonly parts: Parts;
  readonly items: Items;
}

interface Read {
  readonly values: StepValues;
  readonly series: string;
}

/** Returns what groups read of each topic, by cluster and topic. */
function outOf(groups: readonly Entity[], parts: Parts): ReadonlyMap<string, Read> {
  const read = groups.flatMap((entity) => {
    const own = seriesOf(parts, entity);
    const series = own.get(metric.groupOut) ?? own.get(metric.partitionOut) ?? [];
    return series.map((each) => ({ ...each, topic: `${entity.cluster}/${each.dimensions.topic ?? ''}` }));
  });
  return new Map(
    [...Map.groupBy(read, ({ topic }) => topic)].map(([topic, own]) => [
      topic,
      {
        values: combined(
          own.map(({ values }) => values),
          'sum',
        ),
        series: own[0]!.series,
      },
    ]),
  );
}

/** Returns the messages that are written to a topic a second. */
const writtenTo = (entity: Entity, parts: Parts): Read =>
  firstOf(parts, seriesOf(parts, entity), [
    [metric.topicIn, 'sum'],
    [metric.partitionIn, 'sum'],
  ]);

function topicRow(
  entity: Entity,
  { parts, items, outByTopic }: Known & { readonly outByTopic: ReadonlyMap<string, Read> },
): TopicRow {
  const own = seriesOf(parts, entity);
  const written = writtenTo(entity, parts);
  const bytes = own.get(metric.topicBytes)?.[0]?.values;
  const read = outByTopic.get(`${entity.cluster}/${entity.name}`);
  const partitions = new Set((own.get(metric.partitionIn) ?? []).map(({ dimensions }) => dimensions.partition));
  return {
    ...named(entity),
    partitions: partitions.size,
    in: written.values,
    out: read?.values ?? none(parts),
    ...(bytes === undefined ? {} : { bytes: bytes.map((value) => (value === null ? null : value / 60)) }),
    ...stateOf(items.get(entityPath(entity)) ?? []),
    inSeries: written.series,
    outSeries: read?.series ?? '',
  };
}

const newestOf = (values: StepValues | undefined): number | null => values?.findLast((value) => value !== null) ?? null;

function groupRow(
  entity: Entity,
  { parts, items, inByTopic }: Known & { readonly inByTopic: ReadonlyMap<string, StepValues> },
): GroupRow {
  const own = seriesOf(parts, entity);
  const lag = firstOf(parts, own, [
    [metric.totalLag, 'sum'],
    [metric.lag, 'sum'],
  ]);
  const measured = firstOf(parts, own, [
    [metric.maxLagTime, 'max'],
    [metric.lagTime, 'max'],
  ]);
  const ofGroup = items.get(entityPath(entity)) ?? [];
  const times = new Map((own.get(metric.lagTime) ?? []).map((each) => [keyOf(each), newestOf(each.values)]));
  const partitions = (own.get(metric.lag) ?? []).map((each) => ({
    topic: each.dimensions.topic ?? '',
    partition: Number(each.dimensions.partition ?? 0),
    lag: newestOf(each.values),
    lagS: times.get(keyOf(each)) ?? null,
  }));
  const topics = [...new Set(partitions.map(({ topic }) => topic))].sort(compareText);
  const written = topics.flatMap((topic) => {
    const values = inByTopic.get(`${entity.cluster}/topic/${topic}`);
    return values === undefined ? [] : [values];
  });
  const lagS = measured.series === '' ? waitOf(lag.values, written) : measured.values;
  return {
    ...named(entity),
    topics,
    lag: lag.values,
    lagS,
    ...(measured.series === '' ? { isLagSEstimated: true as const } : {}),
    last: { lag: newestOf(lag.values), lagS: newestOf(lagS) },
    ...stateOf(ofGroup),
    stalled: ofGroup.some(({ measurements }) => measurements['kafka.consumergroup.stopped'] === 1),
    partitions: partitions.sort((a, b) => compareText(a.topic, b.topic) || a.partition - b.partition),
    lagSeries: lag.series,
  };
}

/** Returns how long the messages of a lag take to be written, s: about as long as the first of them waits. */
function waitOf(lag: StepValues, written: readonly StepValues[]): StepValues {
  const perSecond = combined(written, 'sum');
  return lag.map((messages, step) => {
    const rate = perSecond[step] ?? 0;
    if (messages === 0) return 0;
    return messages === null || rate === 0 ? null : messages / rate;
  });
}

const keyOf = ({ dimensions }: MeasuredSeries): string => `${dimensions.topic} ${dimensions.partition}`;

function queueRow(entity: Entity, parts: Parts): QueueRow {
  const own = seriesOf(parts, entity);
  const waiting = firstOf(parts, own, [[metric.waiting, 'sum']]);
  return {
    ...named(entity),
    waiting: waiting.values,
    oldestS: firstOf(parts, own, [[metric.oldest, 'max']]).values,
    waitingSeries: waiting.series,
  };
}
