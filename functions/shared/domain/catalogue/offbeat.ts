import { type CatalogueRow, each, shown } from './row.ts';

const cluster = 'offbeat.cluster';

/**
 * The rows of Offbeat itself, as `self-check` reports it. None is judged: what an alert causes must not be able to cause an alert
 * (docs/decisions/0059-offbeat-is-a-component.md).
 */
export const offbeatRows: readonly CatalogueRow[] = [
  ...shown('gauge', '1', 'a document that Offbeat sends to itself', 'offbeat.canary.up'),
  ...shown('gauge', 's', 'age of the newest record of a stage', 'offbeat.stage.age.sec'),
  ...shown('gauge', '{record}', 'records that a stage has not handled', 'offbeat.stage.lag.records'),
  ...shown(
    'gauge',
    '{transaction}',
    'transactions in doubt for more than a minute',
    `${cluster}.transactions.in_doubt`,
  ),
  ...shown('gauge', 's', 'age of the oldest transaction in doubt', `${cluster}.transactions.oldest.sec`),
  ...shown('gauge', '{record}', 'dead letters of the last hour', `${cluster}.dead_letters.last_hour`),
  ...shown(
    'gauge',
    '{delivery}',
    'deliveries that wait, and those that were given up',
    ...each(`${cluster}.deliveries.*`, 'waiting', 'given_up'),
  ),
  ...shown('gauge', 's', 'time for which the oldest delivery waits', `${cluster}.deliveries.oldest.sec`),
  ...shown('gauge', 's', 'age of the newest canary in the warehouse', `${cluster}.canary.age.sec`),
  ...shown('gauge', '{part}', 'parts of Offbeat that were not read', `${cluster}.unread_parts`),
];
