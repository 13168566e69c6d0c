import type { FunctionRow, Need, Source } from '../../functions/function-row.ts';
import {
  consumerGroupOf,
  type FunctionName,
  functionNames,
  functions,
  ledgerStages,
  sourcesOf,
  stagesOfTopics,
} from '../../functions/functions.ts';
import { durationText } from '../../functions/shared/domain/durations.ts';
import { messageBytesMax, retentionMs, type Topic, topics } from '../../functions/shared/log/topics.ts';
import { partitionCounts } from '../../settings/deployment.ts';
import { table } from './markdown.ts';

/* The tables of functions and topics in docs/, made from the manifest and the table of topics. */

/** Returns a topic by the last part of its name, as the pages write it: `dead-letters`. */
const shortName = (topic: Topic): string => `\`${topic.replace('offbeat.', '')}\``;
const shortNames = (list: readonly Topic[]): string => list.map(shortName).join(', ');
const quoted = (name: string): string => `\`${name}\``;

function sourceText(source: Source): string {
  switch (source.kind) {
    case 'topics':
      return shortNames(source.topics);
    case 'queue':
      return `the queue of ${source.queue}`;
    case 'heartbeats':
      return 'the queue of heartbeats';
    case 'collections':
      return 'the queue of collections';
    case 'documents':
      return 'the queue of documents';
    case 'schedule':
      return `a schedule, every ${durationText(source.everyMs)}`;
    case 'http':
      return 'the HTTP API';
    case 'page':
      return "the page's HTTP API";
    case 'deployment':
      return 'a deployment';
  }
}

/** The places beside topics that a function writes to, by its needs. */
const writesOf: Readonly<Partial<Record<Need, string>>> = {
  'alerts.publish': 'SNS',
  'alerts.reject': 'the queue of rejected alerts',
  'receivers.secrets': 'webhooks',
  'attempts.send': 'the queue of attempts',
  'documents.send': 'the queue of documents',
  'warehouse.write': 'the warehouse',
  'warehouse.setUp': 'indices, roles and dashboards of the warehouse',
};

/** Returns the topics that a function appends to, as text, each with its condition. */
const appended = (name: FunctionName): string[] =>
  functions[name].appendsTo.map(
    (topic) => `${shortName(topic)}${functions[name].appendsForWarehouse ? ' (with a warehouse)' : ''}`,
  );

function existenceOf({ servesTargets, servesPage }: FunctionRow): string {
  if (servesPage) return 'if `deployment.page` is set';
  if (servesTargets === undefined) return 'yes';
  return servesTargets === 'any' ? 'if the settings name targets' : 'if the settings name targets of AWS';
}

/** Returns a table with a row for each function: what it does, what invokes it, what it writes, what it remembers, and whether every deployment has it. */
export function functionsTable(): string {
  const rows = functionNames.map((name) => {
    const { description, sources, needs, remembers, servesWarehouse = false } = functions[name];
    const writes = [...appended(name), ...needs.flatMap((need) => writesOf[need] ?? [])];
    const invokedBy = sources.map(sourceText).join('; ');
    return [
      quoted(name),
      description,
      invokedBy,
      writes.join(', ') || 'nothing',
      remembers ?? 'nothing',
      servesWarehouse ? 'no' : existenceOf(functions[name]),
    ];
  });
  return table(
    ['function', 'what it does', 'is invoked by', 'writes to', 'remembers', 'exists without a warehouse'],
    rows,
  );
}

const sizes = ['minimal', 'production'] as const;

/** Returns a table with a row for each topic: what it is created with, and what reads it. */
export function topicsTable(): string {
  const rows = Object.values(topics).map((topic) => {
    const readers = stagesOfTopics.filter((stage) => stage.topics.includes(topic)).map(({ stage }) => quoted(stage));
    return [
      quoted(topic),
      sizes.map((size) => partitionCounts({ size, partitions: {} })[topic]).join(', '),
      durationText(retentionMs[topic]),
      `${messageBytesMax[topic] / 1e6} MB`,
      readers.join(', ') || 'operators',
    ];
  });
  return table(
    ['topic', 'partitions in minimal, production', 'keeps records for', 'largest record', 'is read by'],
    rows,
  );
}

/** Returns a table with a row for each topic of each stage that advances ledger items: the consumer group that reads it. */
export function groupsTable(): string {
  const rows = ledgerStages.flatMap((stage) =>
    sourcesOf(stage, 'topics').flatMap((source) =>
      source.topics.map((topic) => [quoted(stage), quoted(topic), quoted(consumerGroupOf(stage, topic))]),
    ),
  );
  return table(['stage', 'reads', 'consumer group'], rows);
}

/** The permissions of IAM that each need gives. */
const rightsOf: Readonly<Record<Need, string>> = {
  'ledger.guard': '`GetItem`, `PutItem` on the ledger',
  'ledger.run':
    '`GetItem`, `PutItem`, `UpdateItem` on the ledger; `s3:GetObject`, `PutObject` on the objects, `s3:ListBucket` on their bucket',
  'ledger.collect':
    '`GetItem`, `PutItem`, `UpdateItem`, `Scan` on the ledger; `s3:GetObject`, `DeleteObject` on the objects, `s3:ListBucket` on their bucket',
  'ledger.inspect': '`GetItem`, `Scan` on the ledger',
  'alerts.inspect': 'without a warehouse: `s3:GetObject` on the objects of `alert`, `s3:ListBucket` on their bucket',
  'deliveries.settle': '`GetItem`, `PutItem` on the deliveries',
  'deliveries.inspect': '`GetItem`, `Scan` on the deliveries',
  'alerts.publish': '`sns:Publish` on the topic of alerts, and its key',
  'alerts.reject': 'sends to the queue of rejected alerts',
  'alerts.receive': 'receives from the queue of alerts, sends to it and to its dead letters, and their key',
  'attempts.send': 'sends to the queue of attempts',
  'receivers.secrets': 'reads the secrets that receivers name',
  'targets.secrets': 'reads the secrets that targets name',
  'targets.account':
    '`kafka:DescribeClusterV2`, `ListNodes` on the clusters that targets name, `ListClustersV2` if one is named without its ARN; `cloudwatch:GetMetricData` with the target `aws://queues`',
  'documents.send': 'sends to the queue of documents',
  'warehouse.write': "`_bulk` and `_mget` of the domain, and reads Offbeat's index templates",
  'warehouse.search': "searches and counts Offbeat's indices",
  'warehouse.setUp': 'defines templates, life cycles, roles and dashboards in the domain',
};

/** Returns permissions that do not follow from a need: those of queues that invoke the function, and of three custom resources. */
function otherRights(name: FunctionName): string[] {
  if (name === 'look-up-brokers') {
    return [
      '`kafka:DescribeClusterV2` and, if it is a created one, `ListScramSecrets` on the cluster, `kafka:GetBootstrapBrokers`',
    ];
  }
  if (name === 'set-up-kafka') {
    return [
      'reads the secret of the brokers, or with IAM: on a created cluster `kafka-cluster:DescribeCluster` and `AlterCluster`, on an existing one `DescribeGroup` on the groups, `CreateTopic`, `DescribeTopic` and `DescribeTopicDynamicConfiguration` on the topics',
    ];
  }
  if (name === 'set-up-service-role')
    return ['`iam:CreateServiceLinkedRole` for OpenSearch Service and `iam:GetRole`, on that role'];
  const { sources } = functions[name];
  return sources.flatMap((source) =>
    source.kind === 'heartbeats' ||
    source.kind === 'collections' ||
    source.kind === 'documents' ||
    (source.kind === 'queue' && source.queue === 'attempts')
      ? [`receives from ${sourceText(source)}`]
      : [],
  );
}

/** Returns a table with a row for each function: what its role may do, with MSK and IAM. */
export function rightsTable(): string {
  const rows = functionNames.map((name) => {
    const { needs, needsWithWarehouse = [], counts = [] } = functions[name];
    const appends = appended(name);
    const read = sourcesOf(name, 'topics').flatMap((source) => source.topics);
    const kafka = [
      ...(read.length > 0 ? [`reads ${shortNames(read)}`] : []),
      ...(appends.length > 0 ? [`appends to ${appends.join(', ')}`] : []),
      ...(counts.length > 0 ? [`counts the records of ${shortNames(counts)}`] : []),
    ];
    const others = [
      ...needs.map((need) => rightsOf[need]),
      ...needsWithWarehouse.map((need) => `with a warehouse: ${rightsOf[need]}`),
      ...otherRights(name),
    ];
    return [quoted(name), kafka.join('; ') || 'nothing', others.join('; ') || 'nothing'];
  });
  return table(['function', 'Kafka', 'other services'], rows);
}
