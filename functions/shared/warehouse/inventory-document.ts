import {
  type ComponentKind,
  type ComponentRole,
  type InventoryItem,
  inventoryVersion,
  type StatusWord,
} from '../domain/inventory.ts';
import { computed, documentOf } from './codec.ts';
import { date, keyword, text } from './codecs.ts';
import { dataset, entity, eventKind, labels, schema, scope, source, timestamp } from './common-fields.ts';
import { measurements } from './metric-fields.ts';
import { facts, period } from './sample-document.ts';

/** The newest state of one component. Its version is the time of the sample that it was made from. */
export const inventoryDocument = documentOf<InventoryItem>(
  {
    entity,
    timestampMs: timestamp,
    dataset,
    dimensions: labels,
    measurements,
    facts,
    periodMs: period,
    kind: keyword<ComponentKind>('offbeat.inventory.kind', '`storage`, `chunkserver`, `disk`, `broker`, …'),
    role: keyword<ComponentRole>(
      'offbeat.inventory.role',
      '`head`, `server` or `part`: its meaning for the status of the cluster',
    ),
    status: keyword<StatusWord>('offbeat.inventory.status', '`ok`, `degraded`, `down` or `unknown`, when it was seen'),
    reason: text('event.reason', 'reasons in words; absent if it is `ok`'),
    sinceMs: date('offbeat.inventory.since', 'time since which it has its status'),
    seenMs: date('offbeat.inventory.seen', 'append time of its newest document; of a replay the time of the document'),
    source,
    scope,
  },
  [computed(eventKind, () => 'metric'), computed(schema, () => inventoryVersion)],
);
