import type { Anomaly } from '../../shared/domain/anomaly.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { anomalyDocument } from '../../shared/warehouse/anomaly-document.ts';
import type { ParametersOf } from '../parameters.ts';
import { newest } from './newest.ts';

/** Returns anomalies, the one that began last first. */
export async function findAnomalies(
  warehouse: Warehouse,
  { state, cluster, ...span }: ParametersOf<'anomalies'>,
): Promise<Anomaly[]> {
  const match = { 'offbeat.anomaly.state': state, 'offbeat.entity.cluster': cluster };
  return (await newest(warehouse, { family: 'offbeat-anomalies', match, ...span })).map(anomalyDocument.read);
}
