import type { KafkaDocument } from '../functions/collect/kafka/documents.ts';
import { iecBytes } from './iec.ts';
import { type Line, statusLine, tableOf } from './table.ts';
import { counted } from './words.ts';

/** The most rows of a table of topics or groups. */
const rowsMax = 50;

const integer = (count: number | undefined): string => count?.toLocaleString('en') ?? '-';
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Returns the lines that show a Kafka cluster to a person: its status, its numbers, brokers, topics and groups. */
export function kafkaLines(documents: readonly KafkaDocument[]): Line[] {
  const [first] = documents;
  const cluster = first?.kafka.cluster;
  if (first === undefined || cluster === undefined) return [];
  const { brokers, topics, partitions, groups } = cluster;
  const numbers =
    brokers === undefined || topics === undefined || partitions === undefined || groups === undefined
      ? []
      : [
          [
            `  ${[counted(brokers.count, 'broker'), counted(topics.count, 'topic'), counted(partitions.count, 'partition'), counted(groups.count, 'group')].join(', ')}`,
          ],
        ];
  return [
    statusLine(`kafka ${first.service.address}`, cluster),
    ...numbers,
    ...brokerTable(documents),
    ...limited(topicRows(documents), ['topic', 'partitions', 'messages', 'offline', 'under_replicated'], 'topic'),
    ...limited(groupRows(documents), ['group', 'state', 'lag'], 'group'),
  ];
}

function brokerTable(documents: readonly KafkaDocument[]): Line[] {
  const rows = documents.flatMap(({ kafka: { broker } }) => {
    if (broker === undefined) return [];
    const { id, address, controller, partitions, log } = broker;
    const disk = log?.disk === undefined ? '-' : `${Math.round(100 * log.disk.used.pct)} %`;
    const counts = [partitions.leader, partitions.replica, partitions.out_of_sync].map(integer);
    return [
      [`${id}`, address, controller ? 'yes' : '-', ...counts, log === undefined ? '-' : iecBytes(log.bytes), disk],
    ];
  });
  const head = ['broker', 'address', 'controller', 'leads', 'replicas', 'out_of_sync', 'logs', 'disk_used'];
  return limited(rows, head, 'broker');
}

function topicRows(documents: readonly KafkaDocument[]): string[][] {
  const ofTopics = documents.filter(({ event }) => event.dataset === 'kafka.partition');
  return [...Map.groupBy(ofTopics, ({ kafka }) => kafka.topic?.name ?? '')].map(([name, found]) => {
    const partitions = found.flatMap(({ kafka: { partition } }) => (partition === undefined ? [] : [partition]));
    const ends = partitions.flatMap(({ offset }) => (offset === undefined ? [] : [offset.newest]));
    return [
      name,
      integer(partitions.length),
      ends.length === partitions.length ? integer(sum(ends)) : '-',
      integer(partitions.filter(({ offline }) => offline).length),
      integer(partitions.filter(({ under_replicated: under }) => under).length),
    ];
  });
}

const groupRows = (documents: readonly KafkaDocument[]): string[][] =>
  documents.flatMap(({ kafka: { consumergroup: group } }) =>
    group?.state === undefined ? [] : [[group.id, group.state, integer(group.total_lag)]],
  );

function limited(rows: readonly (readonly string[])[], head: readonly string[], one: string): Line[] {
  if (rows.length === 0) return [];
  const others = rows.length - rowsMax;
  return [
    [''],
    ...tableOf(head, rows.slice(0, rowsMax)),
    ...(others > 0 ? [[`and ${counted(others, `other ${one}`)}`]] : []),
  ];
}
