import * as z from 'zod';
import { type Entity, entitySchema } from './entity.ts';
import { nameSchema } from './name.ts';

export { metricWords } from './metric-words.ts';

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

/** Returns the name of the entity with the values of its dimensions: `node-b/sdb`. */
export function placeText({ entity, dimensions }: Series): string {
  const names = Object.keys(dimensions).sort();
  return [entity.name, ...names.map((name) => dimensions[name])].join('/');
}
