import type { Alert } from '../../shared/domain/alert.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { alertDocument } from '../../shared/warehouse/alert-document.ts';
import type { ParametersOf } from '../parameters.ts';
import { newest } from './newest.ts';

const family = 'offbeat-alerts';

/** Returns alerts, the one that began last first. */
export async function findAlerts(warehouse: Warehouse, parameters: ParametersOf<'alerts'>): Promise<Alert[]> {
  const { status, cluster, ...span } = parameters;
  const match = { 'offbeat.alert.status': status, 'offbeat.entity.cluster': cluster };
  return (await newest(warehouse, { family, match, ...span })).map(alertDocument.read);
}

/** Returns one alert; `undefined` if the warehouse has none with this id. */
export async function findAlert(warehouse: Warehouse, id: string): Promise<Alert | undefined> {
  const [document] = await newest(warehouse, { family, match: { 'offbeat.alert.id': id }, limit: 1 });
  return document === undefined ? undefined : alertDocument.read(document);
}
