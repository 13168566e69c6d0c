import type { Anomaly } from '../../shared/domain/anomaly.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { anomalyDocument } from '../../shared/warehouse/anomaly-document.ts';
import { type Page, pageOf, readingOf } from '../cursor.ts';
import type { ParametersOf } from '../parameters.ts';
import { newest } from './newest.ts';

/** Returns a page of anomalies, the one that began last first. */
export async function findAnomalies(
  warehouse: Warehouse,
  { state, cluster, from, ...page }: ParametersOf<'anomalies'>,
): Promise<Page<Anomaly>> {
  const match = { 'offbeat.anomaly.state': state, 'offbeat.entity.cluster': cluster };
  const found = await newest(warehouse, { family: 'offbeat-anomalies', match, from, ...readingOf(page) });
  return pageOf(found.map(anomalyDocument.read), page, ({ startsAtMs, id }) => ({ timeMs: startsAtMs, id }));
}
