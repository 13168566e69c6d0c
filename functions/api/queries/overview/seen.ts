import type { SilenceRecord } from '../../../shared/domain/silence.ts';
import type { Warehouse } from '../../../shared/ports/warehouse.ts';
import type { AlertReader } from '../../alert-reader.ts';

/** The most silences and components that are compared. */
const comparedMax = 1_000;

/** Returns the silences whose changes are reported: those that are not over. */
export async function silencesOf(reader: AlertReader): Promise<readonly SilenceRecord[]> {
  const [pending, active] = await Promise.all([
    reader.silences({ state: 'pending', limit: comparedMax }),
    reader.silences({ state: 'active', limit: comparedMax }),
  ]);
  return [...pending.items, ...active.items];
}

const fields = [
  'offbeat.entity.path',
  'offbeat.inventory.kind',
  'offbeat.inventory.status',
  'offbeat.inventory.since',
  'event.reason',
] as const;

/** Returns a text for each component that is down or degraded, which changes with its status and its reason. */
export async function faultsOf(warehouse: Warehouse): Promise<readonly string[]> {
  const documents = await warehouse.search({
    family: 'offbeat-inventory',
    match: { 'offbeat.inventory.status': ['down', 'degraded'] },
    fields,
    order: 'newest first',
    limit: comparedMax,
  });
  return documents.map((document) => JSON.stringify(fields.map((field) => document[field])));
}
