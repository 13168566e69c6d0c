import type { KafkaDocument } from '../functions/collect/kafka/documents.ts';
import { iecBytes } from '../functions/shared/domain/iec.ts';
import { type Line, limitedTable, statusLine } from './table.ts';
import { counted } from './words.ts';

/** The most rows of a table of topics or groups. */
const rowsMax = 50;

const integer = (count: number | undefined): string => count?.toLocaleString('en') ?? '-';

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
    ...limited(topicRows(documents), topicHead, 'topic'),
    ...limited(groupRows(documents), ['group', 'state', 'lag', 'lag_time'], 'group'),
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

const topicHead = ['topic', 'partitions', 'written', 'kept', 'size', 'offline', 'under_replicated'];

function topicRows(documents: readonly KafkaDocument[]): string[][] {
  return documents.flatMap(({ event, kafka: { topic } }) => {
    if (event.dataset !== 'kafka.topic' || topic?.partitions === undefined) return [];
    const { name, partitions, messages, log } = topic;
    return [
      [
        name,
        integer(partitions.count),
        integer(messages?.in),
        integer(messages?.kept),
        log === undefined ? '-' : iecBytes(log.bytes),
        integer(partitions.offline),
        integer(partitions.under_replicated),
      ],
    ];
  });
}

const groupRows = (documents: readonly KafkaDocument[]): string[][] =>
  documents.flatMap(({ kafka: { consumergroup: group } }) => {
    if (group?.state === undefined) return [];
    const { id, state, total_lag: lag, max_lag_time: time } = group;
    return [[id, state, integer(lag), time === undefined ? '-' : `${integer(Math.round(time.sec))} s`]];
  });

const limited = (rows: readonly (readonly string[])[], head: readonly string[], one: string): Line[] =>
  limitedTable(head, rows, { one, rowsMax });
