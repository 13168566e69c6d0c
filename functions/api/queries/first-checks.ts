import type { Alert } from '../../shared/domain/alert.ts';
import type { EntityKind } from '../../shared/domain/entity.ts';

/** The questions about each kind of entity, whatever is wrong with it. */
const ofKind: Readonly<Record<EntityKind, readonly string[]>> = {
  host: ['Does the host answer, and since when is it up?', 'Which process uses its disk, network or processor most?'],
  chunkserver: [
    'Does the process of the chunkserver run on its host?',
    'Does the master list it as connected?',
    'Is one of its disks marked as damaged or full?',
  ],
  'storage-master': ['Does the master serve its clients?', 'Is there room on the disk of its metadata?'],
  broker: ['Does the broker run, and is it a member of its cluster?', 'Is its disk full, or its network busy?'],
  topic: ['Who writes to the topic now, and who stopped?', 'Are all its partitions led by a broker?'],
  'consumer-group': [
    'Do the consumers of the group run?',
    'Does one record fail again and again? Their logs say so.',
    'Has the traffic of its topics risen?',
  ],
  'search-node': ['Does the node run, and is it a member of its cluster?', 'Is its disk above a watermark?'],
  service: ['Does the service run?', 'Was it deployed or configured shortly before the alert began?'],
};

/** The checks that concern a metric, by a pattern of its name. */
const ofMetric: readonly (readonly [pattern: RegExp, check: string])[] = [
  [/diskio|iostat|disk\.(read|write|io)/, 'Is a backup, a copy or a rebuild running?'],
  [/filesystem|fsstat|space|disk\.used/, 'What grew on the disk, and can it be deleted or moved?'],
  [/network/, 'Is the traffic wanted? See which peers it comes from.'],
  [/memory|heap/, 'Which process grew, and was one killed for lack of memory?'],
  [/cpu|load/, 'Which process is busy, and is its work wanted?'],
];

/** Returns the questions to answer first at the likely cause of an alert: at most five questions. */
export function checksOf({
  entity,
  suspects: [cause],
  anomalies,
}: Pick<Alert, 'entity' | 'suspects' | 'anomalies'>): string[] {
  const metric = cause?.series.metric ?? '';
  const special = ofMetric.filter(([pattern]) => pattern.test(metric)).map(([, check]) => check);
  const others =
    anomalies.length > 1 ? ['Did the other series begin after this one? If not, judge the cause as wrong.'] : [];
  return [...special, ...ofKind[entity.kind], ...others].slice(0, 5);
}
