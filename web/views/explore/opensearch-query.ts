import type { ChartSeries, Charts } from '../../api/data-types.ts';

const indices: Readonly<Record<Charts['source'], string>> = {
  samples: 'offbeat-samples',
  minutes: 'offbeat-summaries',
  hours: 'offbeat-summaries-1h',
};

/** The most documents of the answer of OpenSearch. */
const documentsMax = 10_000;

/** Returns the name of the field of a dimension: fields of labels have no dots in their names (docs/warehouse.md). */
const labelField = (name: string): string => `labels.${name.replaceAll('%', '%25').replaceAll('.', '%2E')}`;

/**
 * Returns the search of OpenSearch whose documents are those of a chart: a request line, and its body as JSON. A metric that the catalogue
 * does not contain is a field under `other.`, so both names are searched.
 */
export function openSearchQuery(
  chart: ChartSeries,
  { source, fromMs, toMs }: Pick<Charts, 'source' | 'fromMs' | 'toMs'>,
): string {
  const { entity, metric, dimensions } = chart;
  const suffix = source === 'samples' ? '' : '.avg';
  const fields = [metric, `other.${metric}`];
  const body = {
    query: {
      bool: {
        filter: [
          { term: { 'offbeat.entity.path': `${entity.cluster}/${entity.kind}/${entity.name}` } },
          ...Object.keys(dimensions)
            .sort()
            .map((name) => ({ term: { [labelField(name)]: dimensions[name] } })),
          {
            range: {
              '@timestamp': { gte: fromMs, lt: toMs, format: 'epoch_millis' },
            },
          },
          {
            bool: {
              should: fields.map((field) => ({ exists: { field: `${field}${suffix}` } })),
              minimum_should_match: 1,
            },
          },
        ],
      },
    },
    sort: [{ '@timestamp': 'asc' }],
    _source: ['@timestamp', ...fields.map((field) => (source === 'samples' ? field : `${field}.*`))],
    size: documentsMax,
  };
  return `GET ${indices[source]}/_search\n${JSON.stringify(body, null, 2)}`;
}
