import * as z from 'zod';
import { type Entity, entityPath, entitySchema, parseEntityPath } from './entity.ts';

export const dimensionsSchema = z.record(z.string().min(1).max(128), z.string().max(1024));
/** What tells two series of one entity and metric apart: `{ device: 'sda' }`. Names and values are text. */
export type Dimensions = z.infer<typeof dimensionsSchema>;

export const seriesSchema = z.object({ entity: entitySchema, metric: z.string().min(1), dimensions: dimensionsSchema });
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

/** Reads what {@link seriesText} wrote (dimension values without `,` `}`); `undefined` where it is not a series. */
export function parseSeriesText(text: string): Series | undefined {
  const match = /^(.+) ([^\s{]+)(?:\{(.*)\})?$/.exec(text);
  const entity = match?.[1] === undefined ? undefined : parseEntityPath(match[1]);
  if (match === null || entity === undefined) return undefined;
  const pairs = match[3] ? match[3].split(',').map((pair) => pair.split(/=(.*)/s)) : [];
  if (pairs.some((pair) => pair.length < 2)) return undefined;
  const dimensions = Object.fromEntries(pairs.map(([name, value]) => [name, value]));
  const parsed = seriesSchema.safeParse({ entity, metric: match[2], dimensions });
  return parsed.success ? parsed.data : undefined;
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
