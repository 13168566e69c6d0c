import * as z from 'zod';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import { type Anomaly, anomalySchema } from '../../functions/shared/domain/anomaly.ts';
import { hourMs, minuteMs } from '../../functions/shared/domain/durations.ts';
import { seriesText } from '../../functions/shared/domain/series-text.ts';
import { metricSummarySchema } from '../../functions/shared/domain/summary.ts';
import { type ApiClient, ApiRefusal } from '../api-client.ts';

const anomaliesSchema = z.object({ anomalies: z.array(anomalySchema) });
const minutesSchema = z.object({ minutes: z.array(metricSummarySchema.extend({ minuteMs: z.int() })) });

/** The most open anomalies whose latest values are asked for. */
const openMax = 50;

/**
 * Returns the anomalies that a judgement is about: one of an alert, or all of them with the likely cause first. An open one has its
 * peak so far: detect reports it again only when it is twice as far off, or after 10 minutes.
 * @param id the id of the alert, or of one of its anomalies
 * @returns nothing where they cannot be read, as without a warehouse; only the newest 1,000 of the cluster are read
 */
export async function judgedAnomalies(api: ApiClient, alert: Alert, id: string): Promise<readonly Anomaly[]> {
  const ids = new Set(id === alert.id ? [alert.suspects[0]?.anomalyId, ...alert.anomalies] : [id]);
  const { cluster } = alert.entity;
  const [from, to] = [alert.startsAtMs - hourMs, alert.updatedAtMs + hourMs].map((ms) => new Date(ms).toISOString());
  const answer = await orMissing(api.get('/api/anomalies', { cluster, from: from!, to: to!, limit: '1000' }));
  if (answer === undefined) return [];
  const known = new Map(anomaliesSchema.parse(answer).anomalies.map((anomaly) => [anomaly.id, anomaly]));
  const anomalies = [...ids].flatMap((each) => known.get(each ?? '') ?? []);
  let open = 0;
  for (const [index, anomaly] of anomalies.entries()) {
    if (anomaly.state !== 'open' || open >= openMax) continue;
    open += 1;
    anomalies[index] = await withPeakSoFar(api, anomaly);
  }
  return anomalies;
}

/** Returns an open anomaly with the value furthest off among those that were stored since it began. */
async function withPeakSoFar(api: ApiClient, anomaly: Anomaly): Promise<Anomaly> {
  if (anomaly.kind !== 'deviation' && anomaly.kind !== 'limit') return anomaly;
  const from = String(anomaly.startsAtMs - (anomaly.startsAtMs % minuteMs));
  const query = { series: seriesText(anomaly.series), from, limit: '10000' };
  const answer = await orMissing(api.get('/api/summaries', query));
  if (answer === undefined) return anomaly;
  const isUp = anomaly.expected === undefined ? anomaly.direction === 'up' : anomaly.peak >= anomaly.expected;
  const values = minutesSchema.parse(answer).minutes.map(({ min, max }) => (isUp ? max : min));
  const peak = values.reduce((one, other) => (isUp ? Math.max(one, other) : Math.min(one, other)), anomaly.peak);
  return { ...anomaly, peak };
}

/** Returns an answer; `undefined` if the API does not have what was asked for. */
export async function orMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiRefusal && (error.status === 404 || error.status === 501)) return undefined;
    throw error;
  }
}
