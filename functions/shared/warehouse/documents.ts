import { type Alert, alertVersion, type Decision, type Suspect } from '../domain/alert.ts';
import { type Anomaly, anomalyVersion } from '../domain/anomaly.ts';
import { type MetricKind, type Sample, sampleVersion } from '../domain/sample.ts';
import { seriesText } from '../domain/series.ts';
import { type MetricSummary, type Summary, summaryVersion } from '../domain/summary.ts';
import type { WarehouseDocument } from '../ports/warehouse.ts';
import {
  addUnder,
  dimensionsOf,
  entityFields,
  entityOf,
  type Fields,
  iso,
  metricField,
  metricOf,
  ms,
  under,
} from './document-fields.ts';

/**
 * How each contract looks in the warehouse, and back: flat dotted names, those of ECS where it has one, ISO dates.
 * Nothing is lost on the way, because the API and the page read the contracts from here.
 * @see docs/decisions/0003-flat-dotted-documents.md
 */
export function sampleDocument(sample: Sample): WarehouseDocument {
  const document: Fields = {
    '@timestamp': iso(sample.timestampMs),
    'event.kind': 'metric',
    'event.dataset': sample.dataset,
    'agent.type': sample.source,
    'offbeat.schema': sampleVersion,
    ...entityFields(sample.entity),
  };
  if (sample.scope !== undefined) document['offbeat.scope'] = sample.scope;
  addUnder(document, 'labels.', sample.dimensions);
  addUnder(document, 'offbeat.units.', sample.units);
  addUnder(document, 'offbeat.kinds.', sample.kinds);
  for (const metric in sample.measurements) document[metricField(metric)] = sample.measurements[metric];
  return document;
}

export function sampleFromDocument(document: WarehouseDocument): Sample {
  const units = under<string>(document, 'offbeat.units.');
  const kinds = under<MetricKind>(document, 'offbeat.kinds.');
  const scope = document['offbeat.scope'];
  return {
    entity: entityOf(document),
    timestampMs: ms(document['@timestamp']),
    dataset: document['event.dataset'] as string,
    dimensions: dimensionsOf(document),
    measurements: Object.fromEntries(metricsOf(document)) as Sample['measurements'],
    ...(Object.keys(units).length > 0 ? { units } : {}),
    ...(Object.keys(kinds).length > 0 ? { kinds } : {}),
    source: document['agent.type'] as string,
    ...(scope === undefined ? {} : { scope: scope as string }),
  };
}

/** A metric's figures are fields under its name: `system.cpu.total.norm.pct.avg`. */
export function summaryDocument(summary: Summary): WarehouseDocument {
  const document: Fields = {
    '@timestamp': iso(summary.minuteMs),
    'event.kind': 'metric',
    'event.dataset': summary.dataset,
    'offbeat.schema': summaryVersion,
    ...entityFields(summary.entity),
  };
  addUnder(document, 'labels.', summary.dimensions);
  for (const metric in summary.metrics) addUnder(document, `${metricField(metric)}.`, summary.metrics[metric]);
  return document;
}

export function summaryFromDocument(document: WarehouseDocument): Summary {
  const metrics = new Map<string, [figure: string, value: number][]>();
  for (const [name, value] of metricsOf(document)) {
    const dot = name.lastIndexOf('.');
    const figures = metrics.get(name.slice(0, dot)) ?? [];
    metrics.set(name.slice(0, dot), figures);
    figures.push([name.slice(dot + 1), value]);
  }
  return {
    entity: entityOf(document),
    minuteMs: ms(document['@timestamp']),
    dataset: document['event.dataset'] as string,
    dimensions: dimensionsOf(document),
    metrics: Object.fromEntries(
      [...metrics].map(([metric, figures]) => [metric, Object.fromEntries(figures) as unknown as MetricSummary]),
    ),
  };
}

/** Its day, and so its index, is that of its start, which never changes. */
export function anomalyDocument(anomaly: Anomaly): WarehouseDocument {
  const { series } = anomaly;
  const document: Fields = {
    '@timestamp': iso(anomaly.startsAtMs),
    'event.kind': 'signal',
    'event.dataset': anomaly.dataset,
    'event.start': iso(anomaly.startsAtMs),
    'event.reason': anomaly.reason,
    'offbeat.schema': anomalyVersion,
    'offbeat.scope': anomaly.scope,
    ...entityFields(series.entity),
    'offbeat.anomaly.id': anomaly.id,
    'offbeat.anomaly.revision': anomaly.revision,
    'offbeat.anomaly.state': anomaly.state,
    'offbeat.anomaly.series': seriesText(series),
    'offbeat.anomaly.metric': series.metric,
    'offbeat.anomaly.updated': iso(anomaly.updatedAtMs),
    'offbeat.anomaly.peak': anomaly.peak,
    'offbeat.anomaly.expected': anomaly.expected,
    'offbeat.anomaly.lower': anomaly.lower,
    'offbeat.anomaly.upper': anomaly.upper,
    'offbeat.anomaly.unit': anomaly.unit,
    'offbeat.anomaly.score': anomaly.score,
    'offbeat.anomaly.z_score': anomaly.zScore,
    'offbeat.anomaly.direction': anomaly.direction,
    'offbeat.anomaly.detector': anomaly.detector,
    'offbeat.anomaly.severity': anomaly.severity,
  };
  if (anomaly.endsAtMs !== undefined) document['event.end'] = iso(anomaly.endsAtMs);
  if (anomaly.closedBecause !== undefined) document['offbeat.anomaly.closed_because'] = anomaly.closedBecause;
  addUnder(document, 'labels.', series.dimensions);
  return document;
}

export function anomalyFromDocument(document: WarehouseDocument): Anomaly {
  const own = under<never>(document, 'offbeat.anomaly.');
  const closedBecause = document['offbeat.anomaly.closed_because'];
  return {
    id: own.id!,
    revision: own.revision!,
    state: own.state!,
    series: { entity: entityOf(document), metric: own.metric!, dimensions: dimensionsOf(document) },
    dataset: document['event.dataset'] as string,
    startsAtMs: ms(document['event.start']),
    updatedAtMs: ms(own.updated),
    ...endsAt(document),
    peak: own.peak!,
    expected: own.expected!,
    lower: own.lower!,
    upper: own.upper!,
    unit: own.unit!,
    score: own.score!,
    zScore: own.z_score!,
    direction: own.direction!,
    detector: own.detector!,
    severity: own.severity!,
    reason: document['event.reason'] as string,
    ...(closedBecause === undefined ? {} : { closedBecause: closedBecause as string }),
    scope: document['offbeat.scope'] as string,
  };
}

/** The alert's newest revision. Its day is that of its start. */
export function alertDocument(alert: Alert): WarehouseDocument {
  const document: Fields = {
    '@timestamp': iso(alert.startsAtMs),
    'event.kind': 'alert',
    'event.start': iso(alert.startsAtMs),
    'event.reason': alert.headline,
    'offbeat.schema': alertVersion,
    'offbeat.scope': alert.scope,
    ...entityFields(alert.entity),
    'offbeat.alert.id': alert.id,
    'offbeat.alert.revision': alert.revision,
    'offbeat.alert.transition': alert.transition,
    ...(alert.firstPageRevision && { 'offbeat.alert.first_page_revision': alert.firstPageRevision }),
    'offbeat.alert.notify': alert.notify,
    'offbeat.alert.status': alert.status,
    'offbeat.alert.severity': alert.severity,
    'offbeat.alert.title': alert.title,
    'offbeat.alert.updated': iso(alert.updatedAtMs),
    'offbeat.alert.anomalies': alert.anomalies,
    'offbeat.alert.suspects': alert.suspects.map(({ startsAtMs, ...rest }) => ({ ...rest, start: iso(startsAtMs) })),
    'offbeat.alert.trace': alert.trace.map(({ atMs, ...rest }) => ({ ...rest, at: iso(atMs) })),
  };
  if (alert.endsAtMs !== undefined) document['event.end'] = iso(alert.endsAtMs);
  addUnder(document, 'labels.', alert.labels);
  addUnder(document, 'offbeat.alert.annotations.', alert.annotations);
  return document;
}

export function alertFromDocument(document: WarehouseDocument): Alert {
  const own = under<never>(document, 'offbeat.alert.');
  const suspects: (Omit<Suspect, 'startsAtMs'> & { start: string })[] = own.suspects!;
  const trace: (Omit<Decision, 'atMs'> & { at: string })[] = own.trace!;
  return {
    id: own.id!,
    revision: own.revision!,
    transition: own.transition!,
    ...(own.first_page_revision !== undefined && { firstPageRevision: own.first_page_revision }),
    notify: own.notify!,
    status: own.status!,
    severity: own.severity!,
    title: own.title!,
    headline: document['event.reason'] as string,
    entity: entityOf(document),
    startsAtMs: ms(document['event.start']),
    updatedAtMs: ms(own.updated),
    ...endsAt(document),
    anomalies: own.anomalies!,
    suspects: suspects.map(({ start, ...rest }) => ({ ...rest, startsAtMs: ms(start) })),
    labels: under<string>(document, 'labels.'),
    annotations: under<string>(document, 'offbeat.alert.annotations.'),
    trace: trace.map(({ at, ...rest }) => ({ ...rest, atMs: ms(at) })),
    scope: document['offbeat.scope'] as string,
  };
}

const endsAt = (document: WarehouseDocument): { endsAtMs?: number } =>
  document['event.end'] === undefined ? {} : { endsAtMs: ms(document['event.end']) };

function metricsOf(document: WarehouseDocument): [name: string, value: number][] {
  return Object.entries(document).flatMap(([field, value]): [string, number][] => {
    const metric = metricOf(field);
    return metric === undefined ? [] : [[metric, value as number]];
  });
}
