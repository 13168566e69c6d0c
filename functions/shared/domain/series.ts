import * as z from 'zod';
import { type Entity, entitySchema } from './entity.ts';
import { nameSchema } from './name.ts';

/** The most characters of a dimension's text. */
export const dimensionCharactersMax = 1_024;

export const dimensionsSchema = z.record(nameSchema(1, 128), nameSchema(0, dimensionCharactersMax));
/** The names and values that distinguish the series of one entity and metric: `{ device: 'sda' }`. */
export type Dimensions = z.infer<typeof dimensionsSchema>;

export const metricNameSchema = nameSchema(1, 512);

export const seriesSchema = z.object({ entity: entitySchema, metric: metricNameSchema, dimensions: dimensionsSchema });
export type Series = z.infer<typeof seriesSchema>;

/** Returns the series of one metric in a sample or summary of `entity`. */
export function seriesOf(entity: Entity, metric: string, dimensions: Dimensions): Series {
  return { entity, metric, dimensions };
}

/**
 * Returns the name of a metric in words, without its module: `diskio write bytes` for `system.diskio.write.bytes`. A word that
 * repeats the one before is left out: `disk octets write` for `collectd.disk.disk_octets.write`.
 */
export function metricWords(metric: string): string {
  const parts = metric.split('.');
  const words = (parts.length > 2 ? parts.slice(1) : parts).flatMap((part) => part.split('_'));
  return words.filter((word, nth) => word !== words[nth - 1]).join(' ');
}

/** Returns the name of the entity with the values of its dimensions: `node-b/sdb`. */
export function placeText({ entity, dimensions }: Series): string {
  const names = Object.keys(dimensions).sort();
  return [entity.name, ...names.map((name) => dimensions[name])].join('/');
}
