import type { Alert } from '../../shared/domain/alert.ts';
import { dayMs } from '../../shared/domain/durations.ts';
import { type Labels, labelsOf, labelsOfSeries, matchesLabels } from '../../shared/domain/labels.ts';
import type { SilenceRecord } from '../../shared/domain/silence.ts';
import { silenceOverMs } from '../../shared/domain/silence-over.ts';
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

/**
 * Returns whether silences mute an alert together, as the alert stage decides: each of the anomalies that decide is matched by one
 * of them.
 */
export const areMuting = (silences: readonly Muting[], labelled: Labelled): boolean =>
  labelled.labels.length > 0 &&
  labelled.labels.every((each) =>
    silences.some(({ cluster, matchers }) => isOf(cluster, labelled) && matchesLabels(matchers, each)),
  );

/** Returns whether a silence matches an anomaly of an alert: it alone may not mute the alert. */
export const takesPart = ({ cluster, matchers }: Muting, labelled: Labelled): boolean =>
  isOf(cluster, labelled) && labelled.labels.some((each) => matchesLabels(matchers, each));

const isOf = (cluster: string, { alert }: Labelled): boolean => alert.entity.cluster === cluster;

/**
 * Returns the alerts that are not resolved, with the labels of their open anomalies. Without a warehouse, and for an anomaly
 * that it does not have, those of the suspects count.
 * @param cluster `undefined` for all clusters
 */
export async function openLabelled(cluster: string | undefined, { reader, warehouse }: Sources): Promise<Labelled[]> {
  return labelledOf((await reader.open(cluster)).items, cluster, warehouse);
}

async function labelledOf(
  alerts: readonly Alert[],
  cluster: string | undefined,
  warehouse: Warehouse | undefined,
): Promise<Labelled[]> {
  const labels = alerts.length === 0 ? new Map() : await openLabels(cluster, warehouse);
  return alerts.map((alert) => {
    const known = alert.anomalies.flatMap((id): Labels[] => labels.get(id) ?? []);
    return { alert, labels: known.length > 0 ? known : labelsOfSuspects(alert) };
  });
}

/** Alerts of the past. */
export interface Past {
  readonly labelled: readonly Labelled[];
  /** The time since which all alerts are among them. Ms. */
  readonly completeFromMs: number;
}

/** Returns alerts of any status with the labels of their suspects, which stand for all their anomalies. */
export async function pastLabelled(
  cluster: string | undefined,
  fromMs: number,
  { reader }: Pick<Sources, 'reader'>,
): Promise<Past> {
  const { items, next, note } = await reader.alerts({
    limit: comparedMax,
    from: fromMs,
    ...(cluster !== undefined && { cluster }),
  });
  const isCut = next !== undefined || note !== undefined || items.length === comparedMax;
  return {
    labelled: items.map((alert) => ({ alert, labels: labelsOfSuspects(alert) })),
    completeFromMs: isCut ? (items.at(-1)?.startsAtMs ?? Number.POSITIVE_INFINITY) : fromMs,
  };
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

/**
 * Returns the silence of each alert that is muted now; of several that mute it together, the first.
 * @param alerts those that are not resolved, of one cluster or of all
 * @returns ids of silences by ids of alerts
 */
export async function silencing(
  alerts: readonly Alert[],
  active: readonly SilenceRecord[],
  { cluster, warehouse }: { readonly cluster?: string | undefined; readonly warehouse: Warehouse | undefined },
): Promise<ReadonlyMap<string, string>> {
  if (active.length === 0 || alerts.length === 0) return new Map();
  const found = new Map<string, string>();
  for (const labelled of await labelledOf(alerts, cluster, warehouse)) {
    const first = areMuting(active, labelled) ? active.find((silence) => takesPart(silence, labelled)) : undefined;
    if (first !== undefined) found.set(labelled.alert.id, first.id);
    if (turns.isOver) await turns.next();
  }
  return found;
}

const nothingPast: Past = { labelled: [], completeFromMs: 0 };

/** Returns a text for a silence that no other has: its id is that of one silence of each cluster. */
const keyOf = ({ cluster, id }: SilenceRecord): string => `${cluster} ${id}`;

/** The time before a silence in which an alert may have begun that it muted, ms. */
const openBeforeMs = 7 * dayMs;

const earliestMs = (silences: readonly SilenceRecord[]): number =>
  Math.min(...silences.map(({ startsAtMs }) => startsAtMs));

/** A silence with the number of alerts that it mutes now or, once it is over, muted. */
export interface CountedSilence extends SilenceRecord {
  readonly mutesNow: number;
  /** The number once it is over; absent where older alerts than are compared may be among them. */
  readonly muted?: number;
}

/**
 * Returns silences with what they mute, alone or together with others. Of those that are over, the alerts that were open while
 * they lasted are counted. Other work gets its turn meanwhile.
 */
export async function withCounts(silences: readonly SilenceRecord[], sources: Sources): Promise<CountedSilence[]> {
  const over = silences.filter(({ state }) => state === 'over');
  const isAnyActive = silences.some(({ state }) => state === 'active');
  const [open, active, past] = await Promise.all([
    isAnyActive ? openLabelled(undefined, sources) : [],
    isAnyActive ? activeSilences(undefined, sources) : [],
    over.length === 0 ? nothingPast : pastLabelled(undefined, earliestMs(over) - openBeforeMs, sources),
  ]);
  const counts = new Map<string, number>();
  const count = (own: readonly SilenceRecord[], labelled: Labelled): void => {
    if (!areMuting(own, labelled)) return;
    for (const silence of own)
      if (takesPart(silence, labelled)) counts.set(keyOf(silence), (counts.get(keyOf(silence)) ?? 0) + 1);
  };
  for (const alert of open) {
    count(active, alert);
    if (turns.isOver) await turns.next();
  }
  for (const labelled of past.labelled) {
    count(
      over.filter((silence) => isDuring(labelled.alert, silence)),
      labelled,
    );
    if (turns.isOver) await turns.next();
  }
  return silences.map((silence) => {
    const found = counts.get(keyOf(silence)) ?? 0;
    if (silence.state !== 'over') return { ...silence, mutesNow: found };
    const isKnown = silence.startsAtMs - openBeforeMs >= past.completeFromMs;
    return { ...silence, mutesNow: 0, ...(isKnown && { muted: found }) };
  });
}

/** Returns the silences that are active. @param cluster `undefined` for all clusters */
export async function activeSilences(
  cluster: string | undefined,
  { reader }: Pick<Sources, 'reader'>,
): Promise<readonly SilenceRecord[]> {
  const of = cluster === undefined ? {} : { cluster };
  return (await reader.silences({ ...of, state: 'active', limit: comparedMax })).items;
}

/** Returns whether an alert was open while a silence lasted. */
const isDuring = ({ startsAtMs, endsAtMs = Number.POSITIVE_INFINITY }: Alert, silence: SilenceRecord): boolean =>
  startsAtMs < silenceOverMs(silence) && endsAtMs > silence.startsAtMs;
