import { type Entity, entityPath } from '../domain/entity.ts';
import { computed, objectCodec } from './codec.ts';
import { date, keyword, texts } from './codecs.ts';
import type { Field } from './field.ts';

export const timestamp = date('@timestamp', 'time of the measurement or event, in UTC; it decides the index');
export const eventKind = keyword<string>(
  'event.kind',
  '`metric`, `signal`, `alert`, or `event` (a silence, a delivery), as in ECS',
);
export const dataset = keyword<string>('event.dataset', 'dataset of the beat, as shipped: `system.diskio`');
export const source = keyword<string>('agent.type', 'shipper of the beat: `metricbeat`, `filebeat`, `collectd`');
export const schema = keyword<string>('offbeat.schema', 'contract and version: `sample/2`');
export const scope = keyword<string>(
  'offbeat.scope',
  '`live`, or the cluster of a replay; a sample without it is live',
);
export const entityCluster = keyword<string>('offbeat.entity.cluster', 'cluster of the entity');

/** The entity of a document, with the names that an analyst looks for: its path, and ECS's `host.name`. */
export const entity = objectCodec<Entity>(
  {
    cluster: entityCluster,
    kind: keyword('offbeat.entity.kind', '`host`, `chunkserver`, `storage-master`, `broker`, `topic`, …'),
    name: keyword('offbeat.entity.name', 'name within the cluster'),
  },
  [
    computed(keyword<string>('offbeat.entity.path', '`cluster/kind/name`'), entityPath),
    computed(keyword<string>('host.name', 'name of an entity that is a host'), ({ kind, name }) =>
      kind === 'host' ? name : undefined,
    ),
  ],
);

export const labels = texts('labels', 'dimensions of the series, or labels of an alert', 'keyword');

/** The fields that every index has, also where its documents use some of them only. */
export const commonFields: readonly Field[] = [
  timestamp,
  eventKind,
  dataset,
  source,
  schema,
  scope,
  entity,
  labels,
].flatMap(({ fields }) => fields);
