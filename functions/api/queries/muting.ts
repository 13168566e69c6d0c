import type { Alert } from '../../shared/domain/alert.ts';
import { type Labels, labelsOf, labelsOfSeries, matchesLabels } from '../../shared/domain/labels.ts';
import type { SilenceRecord } from '../../shared/domain/silence.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { turns } from '../../shared/time/event-loop.ts';
import { anomalyDocument } from '../../shared/warehouse/anomaly-document.ts';
import type { Sources } from '../sources.ts';
import type { Muting } from '../warnings.ts';

/** The most alerts of the past that are compared with silences. */
const comparedMax = 1_000;
/** The most open anomalies that are read for it. */
const anomaliesMax = 5_000;

/** An alert with the labels of the anomalies that decide whether it is muted. */
export interface Labelled {
  readonly alert: Alert;
  readonly labels: readonly Labels[];
}

/** Returns whether a silence mutes an alert: its matchers match the labels of each of the anomalies that decide. */
export const isMuted = ({ cluster, matchers }: Muting, { alert, labels }: Labelled): boolean =>
  alert.entity.cluster === cluster && labels.length > 0 && labels.every((each) => matchesLabels(matchers, each));

/** Returns the number of alerts that a silence mutes. Other work gets its turn meanwhile. */
export async function countMuted(muting: Muting, alerts: readonly Labelled[]): Promise<number> {
  let count = 0;
  for (const alert of alerts) {
    if (isMuted(muting, alert)) count += 1;
    if (turns.isOver) await turns.next();
  }
  return count;
}

/**
 * Returns the alerts that are not resolved, with the labels of their open anomalies. Without a warehouse, and for an anomaly
 * that it does not have, those of the suspects count.
 * @param cluster `undefined` for all clusters
 */
export async function openLabelled(cluster: string | undefined, { reader, warehouse }: Sources): Promise<Labelled[]> {
  const { items: alerts } = await reader.open(cluster);
  const labels = alerts.length === 0 ? new Map() : await openLabels(cluster, warehouse);
  return alerts.map((alert) => {
    const known = alert.anomalies.flatMap((id): Labels[] => labels.get(id) ?? []);
    return { alert, labels: known.length > 0 ? known : labelsOfSuspects(alert) };
  });
}

/** Returns alerts of any status with the labels of their suspects, which stand for all their anomalies. */
export async function pastLabelled(
  cluster: string | undefined,
  fromMs: number,
  { reader }: Pick<Sources, 'reader'>,
): Promise<Labelled[]> {
  const { items } = await reader.alerts({
    limit: comparedMax,
    from: fromMs,
    ...(cluster !== undefined && { cluster }),
  });
  return items.map((alert) => ({ alert, labels: labelsOfSuspects(alert) }));
}

/** Returns the labels of the open anomalies, by their ids. */
async function openLabels(
  cluster: string | undefined,
  warehouse: Warehouse | undefined,
): Promise<ReadonlyMap<string, readonly Labels[]>> {
  if (warehouse === undefined) return new Map();
  const documents = await warehouse.search({
    family: 'offbeat-anomalies',
    match: { 'offbeat.anomaly.state': 'open', ...(cluster !== undefined && { 'offbeat.entity.cluster': cluster }) },
    order: 'newest first',
    limit: anomaliesMax,
  });
  const anomalies = documents.map(anomalyDocument.read);
  return new Map(anomalies.map((anomaly) => [anomaly.id, [labelsOf(anomaly, anomaly.severity)]]));
}

/** Returns the labels of the suspects of an alert. Those of the first have the dataset and the severity of the alert. */
function labelsOfSuspects({ suspects, labels }: Alert): Labels[] {
  return suspects.map((suspect, nth) => (nth === 0 ? labels : labelsOfSeries(suspect.series)));
}

/** A silence with the number of alerts that it mutes now or, once it is over, muted. */
export interface CountedSilence extends SilenceRecord {
  readonly mutesNow: number;
  readonly muted?: number;
}

/** Returns silences with what they mute. Of those that are over, the alerts that began while they lasted are counted. */
export async function withCounts(silences: readonly SilenceRecord[], sources: Sources): Promise<CountedSilence[]> {
  const over = silences.filter(({ state }) => state === 'over');
  const [open, past] = await Promise.all([
    silences.some(({ state }) => state === 'active') ? openLabelled(undefined, sources) : [],
    over.length === 0 ? [] : pastLabelled(undefined, Math.min(...over.map(({ startsAtMs }) => startsAtMs)), sources),
  ]);
  const counted: CountedSilence[] = [];
  for (const silence of silences) {
    if (silence.state === 'over') {
      const during = past.filter(({ alert }) => isDuring(alert, silence));
      counted.push({ ...silence, mutesNow: 0, muted: await countMuted(silence, during) });
    } else {
      const mutesNow = silence.state === 'active' ? await countMuted(silence, open) : 0;
      counted.push({ ...silence, mutesNow });
    }
  }
  return counted;
}

/** Returns whether an alert began while a silence lasted. One that was ended early ended with its last change. */
const isDuring = ({ startsAtMs }: Alert, silence: SilenceRecord): boolean =>
  startsAtMs >= silence.startsAtMs && startsAtMs < Math.min(silence.endsAtMs, silence.updatedAtMs);
