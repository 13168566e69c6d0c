import * as z from 'zod';
import { entitySchema } from '../../shared/domain/entity.ts';
import { troubleSchema } from './alert-summary.ts';
import { timeMs } from './charts.ts';

export const entitiesAnswer = z.strictObject({
  entities: z
    .array(
      z.strictObject({
        entity: entitySchema,
        path: z.string(),
        datasets: z.array(z.string()),
        newestMs: timeMs.describe('Its newest sample.'),
        trouble: troubleSchema,
      }),
    )
    .describe('The entities, those in trouble first, then by path.'),
  count: z.int().describe('The number of all entities that match.'),
  next: z.string().optional().describe('The cursor of the next page.'),
});
export type Entities = z.infer<typeof entitiesAnswer>;

export const searchAnswer = z.strictObject({
  results: z
    .array(
      z.strictObject({
        kind: z.enum(['machine', 'component', 'series', 'alert', 'silence']),
        title: z.string(),
        subtitle: z.string(),
        href: z.string().describe('The address of its view in the console.'),
      }),
    )
    .describe('What is in trouble first, then exact names, then the rest.'),
});
export type SearchResult = z.infer<typeof searchAnswer>['results'][number];
