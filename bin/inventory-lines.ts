import { iecBytes, iecInteger } from '../functions/shared/domain/iec.ts';
import type { ComponentKind, InventoryItem } from '../functions/shared/domain/inventory.ts';
import { type Line, statusLine, tableOf } from './table.ts';
import { clockTime } from './words.ts';

/** A column of a table of components. */
type Column = readonly [name: string, textOf: (item: InventoryItem) => string];

const number =
  (metric: string, textOf: (value: number) => string) =>
  ({ measurements }: InventoryItem): string => {
    const value = measurements[metric];
    return value === undefined ? '-' : textOf(value);
  };
const fact =
  (name: string) =>
  ({ facts = {} }: InventoryItem): string =>
    facts[name] ?? '-';
const grouped = (value: number): string => value.toLocaleString('en');
const percent = (share: number): string => `${Math.round(share * 100)} %`;

const chunkserver = 'moosefs.chunkserver';

/** The columns of each kind, after the name. */
const columnsOf: Readonly<Partial<Record<ComponentKind, readonly Column[]>>> = {
  chunkserver: [
    ['version', fact(`${chunkserver}.version`)],
    ['errors', number(`${chunkserver}.errors`, grouped)],
    ['chunks', number(`${chunkserver}.chunks`, iecInteger)],
    ['total_space', number(`${chunkserver}.space.total.bytes`, iecBytes)],
    ['used_space', number(`${chunkserver}.space.used.bytes`, iecBytes)],
  ],
  storage: [
    ['version', fact('moosefs.master.version')],
    ['chunks', number('moosefs.master.chunks.count', iecInteger)],
    ['total_space', number('moosefs.master.space.total.bytes', iecBytes)],
    ['available', number('moosefs.master.space.available.bytes', iecBytes)],
  ],
  disk: [
    ['disk', ({ dimensions }) => dimensions.device ?? '-'],
    ['chunks', number('moosefs.disk.chunks', iecInteger)],
    ['total_space', number('moosefs.disk.space.total.bytes', iecBytes)],
    ['used_space', number('moosefs.disk.space.used.bytes', iecBytes)],
  ],
  broker: [
    ['leads', number('kafka.broker.partitions.leader', grouped)],
    ['replicas', number('kafka.broker.partitions.replica', grouped)],
    ['log', number('kafka.broker.log.bytes', iecBytes)],
  ],
  topic: [
    ['partitions', number('kafka.topic.partitions.count', grouped)],
    ['messages', number('kafka.topic.messages.kept', grouped)],
    ['log', number('kafka.topic.log.bytes', iecBytes)],
  ],
  partition: [
    ['partition', ({ dimensions }) => dimensions.partition ?? '-'],
    ['newest_offset', number('kafka.partition.offset.newest', grouped)],
  ],
  'consumer-group': [
    ['topic', ({ dimensions }) => dimensions.topic ?? '-'],
    ['partition', ({ dimensions }) => dimensions.partition ?? '-'],
    ['lag', number('kafka.consumergroup.consumer_lag', grouped)],
    ['total_lag', number('kafka.consumergroup.total_lag', grouped)],
    ['waiting', number('kafka.consumergroup.max_lag_time.sec', (seconds) => `${grouped(Math.round(seconds))} s`)],
  ],
  'search-node': [
    ['heap', number('elasticsearch.node.stats.jvm.mem.heap.used.pct', (value) => `${Math.round(value)} %`)],
    ['disk', number('elasticsearch.node.stats.fs.used.pct', percent)],
  ],
  offbeat: [
    ['in_doubt', number('offbeat.cluster.transactions.in_doubt', grouped)],
    ['dead_letters', number('offbeat.cluster.dead_letters.last_hour', grouped)],
    ['waiting', number('offbeat.cluster.deliveries.waiting', grouped)],
  ],
  stage: [
    ['behind', number('offbeat.stage.age.sec', (seconds) => `${grouped(Math.round(seconds))} s`)],
    ['lag', number('offbeat.stage.lag.records', grouped)],
  ],
};

/** The names of the first column, where it is not the kind. */
const nameColumns: Readonly<Partial<Record<ComponentKind, string>>> = {
  storage: 'master',
  chunkserver: 'server',
  disk: 'server',
  partition: 'topic',
  'consumer-group': 'group',
  'search-node': 'node',
};

/**
 * Returns the lines that show components to a person: of each cluster and kind a table, in the given order, and then the
 * components that are not `ok`, with the reason.
 */
export function inventoryLines(items: readonly InventoryItem[]): Line[] {
  const tables = Map.groupBy(items, ({ entity, kind }) => `${entity.cluster}  ${kind}`);
  const lines = [...tables].flatMap(([title, ofTable]): Line[] => [
    [''],
    ...titleOf(title, tables.size),
    ...tableLines(ofTable),
  ]);
  return lines.slice(1);
}

const titleOf = (title: string, tables: number): Line[] => (tables === 1 ? [] : [[title]]);

function tableLines(items: readonly InventoryItem[]): Line[] {
  const { kind } = items[0]!;
  const columns: readonly Column[] = [
    [nameColumns[kind] ?? kind, (item) => item.entity.name],
    ...(columnsOf[kind] ?? []),
  ];
  const rows = items.map((item) => columns.map(([, textOf]) => textOf(item)));
  return [
    ...tableOf(
      columns.map(([name]) => name),
      rows,
    ),
    ...items.flatMap(faultLine),
  ];
}

function faultLine(item: InventoryItem): Line[] {
  if (item.status === 'ok') return [];
  const told = Object.entries(item.dimensions).map(([name, value]) => ` ${name}=${value}`);
  const line = statusLine(`  ${item.entity.name}${told.join('')}`, item);
  return [[...line, ` (since ${clockTime(item.sinceMs)})`]];
}
