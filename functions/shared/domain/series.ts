import * as z from 'zod';
import { type Entity, entityPath, entitySchema, parseEntityPath } from './entity.ts';
import { nameSchema } from './name.ts';

export const dimensionsSchema = z.record(nameSchema(1, 128), nameSchema(0, 1024));
/** The names and values that distinguish the series of one entity and metric: `{ device: 'sda' }`. */
export type Dimensions = z.infer<typeof dimensionsSchema>;

export const metricNameSchema = nameSchema(1, 512);

export const seriesSchema = z.object({ entity: entitySchema, metric: metricNameSchema, dimensions: dimensionsSchema });
export type Series = z.infer<typeof seriesSchema>;

/**
 * Returns dimensions as text: `{device=sda,mount=/}` with the names in order, or an empty text if there are none. Equal
 * dimensions have equal texts.
 */
export function dimensionsText(dimensions: Dimensions): string {
  const names = Object.keys(dimensions).sort();
  return names.length === 0 ? '' : `{${names.map((name) => `${name}=${dimensions[name]}`).join(',')}}`;
}

/** Returns the line that names a series: `prod/host/node-a system.diskio.write.bytes{device=sda}`. */
export function seriesText(series: Series): string {
  return `${entityPath(series.entity)} ${series.metric}${dimensionsText(series.dimensions)}`;
}

/** The longest text that is read as a series, in characters. A longer one would not fit into the address of a request. */
export const seriesTextCharactersMax = 16_384;

/**
 * Reads a text that {@link seriesText} wrote. The values of its dimensions must not contain `,` or `}`.
 * @returns `undefined` for a text that is not a series
 */
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
 * Splits a text at the last space that is followed by the name of a metric, with or without dimensions. It reads each character
 * once, from the end. A regular expression would try every space with every brace.
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

/** Returns the series of one metric in a sample or summary of `entity`. */
export function seriesOf(entity: Entity, metric: string, dimensions: Dimensions): Series {
  return { entity, metric, dimensions };
}

/** Returns the name of a metric in words, without its module: `diskio write bytes` for `system.diskio.write.bytes`. */
export function metricWords(metric: string): string {
  const parts = metric.split('.');
  return (parts.length > 2 ? parts.slice(1) : parts).join(' ').replaceAll('_', ' ');
}

/** Returns the name of the entity with the values of its dimensions: `node-b/sdb`. */
export function placeText({ entity, dimensions }: Series): string {
  const names = Object.keys(dimensions).sort();
  return [entity.name, ...names.map((name) => dimensions[name])].join('/');
}
