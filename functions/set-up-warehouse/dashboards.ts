import type { Family } from '../shared/ports/warehouse.ts';
import { type Chart, charts } from './dashboards/charts.ts';

/** One saved object of OpenSearch Dashboards: a line of its export. */
export interface SavedObject {
  readonly id: string;
  readonly type: 'index-pattern' | 'visualization' | 'dashboard';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly name: string; readonly type: string; readonly id: string }[];
  readonly migrationVersion: Readonly<Record<string, string>>;
}

const patternId = (family: Family): string => `${family}-pattern`;

/** Returns the index patterns, charts and dashboard, each after the objects that it refers to. */
function savedObjects(): readonly SavedObject[] {
  const used = [...new Set(charts.map(({ family }) => family))];
  return [...used.map(indexPattern), ...charts.map(visualization), dashboard()];
}

/** Returns the saved objects as `dashboards/offbeat.ndjson` contains them. */
export const ndjson = (): string =>
  `${savedObjects()
    .map((object) => JSON.stringify(object))
    .join('\n')}\n`;

const boundary = 'offbeat-saved-objects';

/** Returns the body and headers of the request that imports the saved objects. */
export function importForm() {
  const part = 'Content-Disposition: form-data; name="file"; filename="offbeat.ndjson"';
  const body = [`--${boundary}`, part, 'Content-Type: application/ndjson', '', ndjson(), `--${boundary}--`, ''];
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'osd-xsrf': 'true',
    // Without it, the objects belong to the private tenant of the role that imports them, and no analyst sees them.
    securitytenant: 'global',
  };
  return { body: body.join('\r\n'), headers };
}

function indexPattern(family: Family): SavedObject {
  return {
    id: patternId(family),
    type: 'index-pattern',
    attributes: { title: family, timeFieldName: '@timestamp' },
    references: [],
    migrationVersion: { 'index-pattern': '7.6.0' },
  };
}

function visualization(chart: Chart): SavedObject {
  const source = 'kibanaSavedObjectMeta.searchSourceJSON.index';
  const searchSource = {
    query: { query: chart.query ?? '', language: 'kuery' },
    filter: [],
    indexRefName: source,
  };
  const visState = { title: chart.title, type: chart.type, params: paramsOf(chart), aggs: aggregationsOf(chart) };
  return {
    id: `offbeat-${chart.id}`,
    type: 'visualization',
    attributes: {
      title: chart.title,
      visState: JSON.stringify(visState),
      uiStateJSON: '{}',
      description: '',
      version: 1,
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(searchSource) },
    },
    references: [{ name: source, type: 'index-pattern', id: patternId(chart.family) }],
    migrationVersion: { visualization: '7.10.0' },
  };
}

function aggregationsOf({ type, measures, by }: Chart) {
  const metrics = measures.map(({ figure, field, label }) => ({
    type: figure,
    schema: 'metric',
    params: { ...(field === undefined ? {} : { field }), customLabel: label },
  }));
  const time = { type: 'date_histogram', schema: 'segment', params: { field: '@timestamp', interval: 'auto' } };
  const terms = by.map((field) => ({
    type: 'terms',
    schema: type === 'table' ? 'bucket' : 'group',
    params: { field, size: type === 'table' ? 20 : 10, orderBy: '1', order: 'desc' },
  }));
  const all = [...metrics, ...(type === 'table' ? [] : [time]), ...terms];
  return all.map((aggregation, nth) => ({ id: String(nth + 1), enabled: true, ...aggregation }));
}

function paramsOf({ type, measures }: Chart) {
  if (type === 'table') return { perPage: 10, showPartialRows: false, showMetricsAtAllLevels: false };
  return {
    type,
    addLegend: true,
    addTooltip: true,
    legendPosition: 'right',
    categoryAxes: [
      { id: 'CategoryAxis-1', type: 'category', position: 'bottom', show: true, scale: { type: 'linear' }, labels: {} },
    ],
    valueAxes: [
      {
        id: 'ValueAxis-1',
        name: 'LeftAxis-1',
        type: 'value',
        position: 'left',
        show: true,
        scale: { type: 'linear', mode: 'normal' },
        labels: { show: true },
        title: { text: '' },
      },
    ],
    seriesParams: measures.map(({ label }, nth) => ({
      type,
      mode: type === 'line' ? 'normal' : 'stacked',
      show: true,
      valueAxis: 'ValueAxis-1',
      data: { id: String(nth + 1), label },
    })),
  };
}

/** Returns the dashboard: two charts a row, on a grid of 48 columns. */
function dashboard(): SavedObject {
  const [w, h] = [24, 15];
  const panels = charts.map((_chart, nth) => ({
    version: '2.0.0',
    panelIndex: String(nth),
    gridData: { x: (nth % 2) * w, y: Math.floor(nth / 2) * h, w, h, i: String(nth) },
    embeddableConfig: {},
    panelRefName: `panel_${nth}`,
  }));
  return {
    id: 'offbeat-overview',
    type: 'dashboard',
    attributes: {
      title: 'Offbeat',
      description: 'Throughput, I/O, queues, components, anomalies, alerts and silences',
      panelsJSON: JSON.stringify(panels),
      optionsJSON: JSON.stringify({ hidePanelTitles: false, useMargins: true }),
      version: 1,
      timeRestore: true,
      timeFrom: 'now-24h',
      timeTo: 'now',
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter: [] }),
      },
    },
    references: charts.map(({ id }, nth) => ({ name: `panel_${nth}`, type: 'visualization', id: `offbeat-${id}` })),
    migrationVersion: { dashboard: '7.9.3' },
  };
}
