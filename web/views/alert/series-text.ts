import type { Series } from '../../api/alert-types.ts';

const plain = /^[^,{}"]+$/;
const plainMetric = /^[^,{}"\s]+$/;

const quoted = (name: string, pattern: RegExp): string => (pattern.test(name) ? name : JSON.stringify(name));

/** Returns the text of a series as the API takes it. A name with a comma, a brace or a quote is in quotes. */
export function seriesText({ entity, metric, dimensions }: Series): string {
  const pairs = Object.keys(dimensions)
    .sort()
    .map((name) => `${quoted(name, plain)}=${quoted(dimensions[name]!, plain)}`);
  const place = `${entity.cluster}/${entity.kind}/${quoted(entity.name, plain)}`;
  return `${place} ${quoted(metric, plainMetric)}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`}`;
}
