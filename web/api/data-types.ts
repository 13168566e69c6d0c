/** The shapes of what the API answers about machines, charts and queues. */
import type { chartsAnswer } from '../../functions/api/answers/charts.ts';
import type { entitiesAnswer } from '../../functions/api/answers/entities.ts';
import type { measuresAnswer } from '../../functions/api/answers/measures.ts';
import type { queuesAnswer } from '../../functions/api/answers/queues.ts';
import type { Answer } from './types.ts';

export type Charts = Answer<typeof chartsAnswer>;
export type Measures = Answer<typeof measuresAnswer>;
export type Entities = Answer<typeof entitiesAnswer>;
export type Queues = Answer<typeof queuesAnswer>;

export type ChartSeries = Charts['charts'][number];
export type MeasureName = Measures['measures'][number]['name'];
export type MeasureRow = Measures['rows'][number];
export type Measure = NonNullable<MeasureRow['measures'][MeasureName]>;
export type TopicRow = Queues['topics'][number];
export type GroupRow = Queues['groups'][number];
