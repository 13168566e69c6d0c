import * as z from 'zod';
import { type Entity, entityPath, entitySchema, parseEntityPath } from './entity.ts';
import { nameSchema } from './name.ts';

export const dimensionsSchema = z.record(nameSchema(1, 128), nameSchema(0, 1024));
/** What tells two series of one entity and metric apart: `{ device: 'sda' }`. Names and values are text. */
export type Dimensions = z.infer<typeof dimensionsSchema>;

export const metricNameSchema = nameSchema(1, 512);

export const seriesSchema = z.object({ entity: entitySchema, metric: metricNameSchema, dimensions: dimensionsSchema });
export type Series = z.infer<typeof seriesSchema>;

/** `{device=sda,mount=/}` with the names in order, or nothing for no dimensions: equal dimensions read alike. */
export function dimensionsText(dimensions: Dimensions): string {
  const names = Object.keys(dimensions).sort();
  return names.length === 0 ? '' : `{${names.map((name) => `${name}=${dimensions[name]}`).join(',')}}`;
}

/** One line that names a series: `prod/host/node-a system.diskio.write.bytes{device=sda}`. */
export function seriesText(series: Series): string {
  return `${entityPath(series.entity)} ${series.metric}${dimensionsText(series.dimensions)}`;
}

/** A longer text is not read as a series; it would not fit into the address of a request. */
export const seriesTextCharactersMax = 16_384;

/** Reads what {@link seriesText} wrote (dimension values without `,` `}`); `undefined` where it is not a series. */
export function parseSeriesText(text: string): Series | undefined {
  if (text.length > seriesTextCharactersMax) return undefined;
  const parts = splitSeriesText(text);
  const entity = parts === undefined ? undefined : parseEntityPath(parts.path);
  if (parts === undefined || entity === undefined) return undefined;
  const pairs = parts.dimensions === '' ? [] : parts.dimensions.split(',').map((pair) => pair.split(/=(.*)/s));
  if (pairs.some((pair) => pair.length < 2)) return undefined;
  const dimensions = Object.fromEntries(pairs.map(([name, value]) => [name, value]));
  const parsed = seriesSchema.safeParse({ entity, metric: parts.metric, dimensions });
  return parsed.success ? parsed.data : undefined;
}

/**
 * Cuts at the last space after which a metric's name stands, with or without dimensions. Reads each character once, from
 * the end: a pattern for it would try every space with every brace.
 */
function splitSeriesText(
  text: string,
): { readonly path: string; readonly metric: string; readonly dimensions: string } | undefined {
  const hasDimensions = text.endsWith('}');
  let metricEnd = text.length;
  for (let at = text.length - 1; at > 0; at -= 1) {
    const isMetric = at + 1 < metricEnd && (metricEnd === text.length || (hasDimensions && text[metricEnd] === '{'));
    if (text[at] === ' ' && isMetric) {
      const dimensions = text.slice(metricEnd + 1, -1);
      return { path: text.slice(0, at), metric: text.slice(at + 1, metricEnd), dimensions };
    }
    if (/[\s{]/.test(text[at]!)) metricEnd = at;
  }
  return undefined;
}

/** The series of one metric in a sample or summary of `entity`. */
export function seriesOf(entity: Entity, metric: string, dimensions: Dimensions): Series {
  return { entity, metric, dimensions };
}

/** `system.diskio.write.bytes` without its module, in words. */
export function metricWords(metric: string): string {
  const parts = metric.split('.');
  return (parts.length > 2 ? parts.slice(1) : parts).join(' ').replaceAll('_', ' ');
}

/** `node-b/sdb`: the entity and what tells its series apart. */
export function placeText({ entity, dimensions }: Series): string {
  const names = Object.keys(dimensions).sort();
  return [entity.name, ...names.map((name) => dimensions[name])].join('/');
}
