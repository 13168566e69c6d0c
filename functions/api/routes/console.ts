import * as z from 'zod';
import { clusterSchema, entityKinds } from '../../shared/domain/entity.ts';
import { chartsAnswer } from '../answers/charts.ts';
import { entitiesAnswer, searchAnswer } from '../answers/entities.ts';
import { measuresAnswer } from '../answers/measures.ts';
import { changesAnswer, overviewAnswer } from '../answers/overview.ts';
import { queuesAnswer } from '../answers/queues.ts';
import { countSchema, entityParameter, limitSchema, pageParameter, seriesParameter } from '../parameters.ts';
import { findCharts } from '../queries/charts/charts.ts';
import { findEntities } from '../queries/entities/entities.ts';
import { search } from '../queries/entities/search.ts';
import { findMeasures } from '../queries/measures/measures.ts';
import { findChanges } from '../queries/overview/changes.ts';
import { findOverview } from '../queries/overview/overview.ts';
import { findQueues } from '../queries/queues/queues.ts';
import { rangeOf, rangeParameters } from '../range.ts';
import { version } from '../version.ts';
import { route, warehouseRoute } from './route.ts';

/** The most series of one request for charts. */
const seriesMax = 50;

const yesOrNo = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .meta({ type: 'boolean' });

/** The routes that views of several things at once are drawn from. */
export const consoleRoutes = [
  route({
    method: 'GET',
    path: '/api/overview',
    right: 'read',
    summary:
      'Returns what a person on call sees first: status, open alerts, the freshness of data and what waits for delivery',
    description:
      'Without a warehouse it contains alerts, deliveries and Offbeat itself, and a `note`. Clusters of replays count by their own time.',
    parameters: z.strictObject({ cluster: clusterSchema.optional() }),
    answer: overviewAnswer,
    handle: ({ parameters: { cluster }, nowMs }, ports) =>
      findOverview({ ...ports, health: ports.shared.health, version }, { cluster, nowMs }),
  }),
  route({
    method: 'GET',
    path: '/api/changes',
    right: 'read',
    summary: 'Returns what changed since an answer before',
    description:
      'To be asked every few seconds. If any alert changed, `alerts` has all that are open and the last resolved ones, and those that were open ' +
      'before, at most 100 of them; otherwise none.',
    parameters: z.strictObject({
      after: z.string().optional().describe('The `cursor` of `/api/overview` or of the answer before.'),
    }),
    answer: changesAnswer,
    handle: ({ parameters: { after }, nowMs }, ports) =>
      findChanges({ reader: ports.reader, ...ports.shared }, { after, nowMs }),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/charts',
    right: 'read',
    summary: 'Returns series over one time axis, in steps that keep the least and the greatest value',
    description:
      'Up to 6 hours are read from samples, up to 14 days from minutes, a longer range from hours. Two missing values or more are a gap. ' +
      'The values of a counter are its rates per second. With `band`, the expected range: what is inside is not off.',
    parameters: z.strictObject({
      series: z.array(seriesParameter).min(1).max(seriesMax),
      ...rangeParameters,
      points: countSchema(300, 10, 2_000).describe('The most steps.'),
      band: yesOrNo.optional(),
    }),
    answer: chartsAnswer,
    handle: ({ parameters: { series, points, band = false, ...range }, nowMs }, { warehouse }) =>
      findCharts(warehouse, { series, points, band, ...rangeOf(range, nowMs) }),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/measures',
    right: 'read',
    summary:
      'Returns what machines do, or other components: each measure summed over its parts, those in trouble first',
    description:
      'A measure has one name whatever ships it. Of at most 20 components and an hour, samples are read, otherwise minutes, and over 14 days hours. ' +
      'Of many series and a long range each step shows one of its minutes, and the `note` says so.',
    parameters: z.strictObject({
      kind: z.enum(entityKinds).default('host'),
      cluster: clusterSchema.optional(),
      entity: entityParameter.optional(),
      ...rangeParameters,
      points: countSchema(60, 10, 300).describe('The most steps.'),
      limit: limitSchema(200, 1_000),
      cursor: pageParameter.optional(),
    }),
    answer: measuresAnswer,
    handle: ({ parameters: { kind, entity, from, to, ...more }, nowMs }, ports) =>
      findMeasures(ports, { ...more, kind: entity?.kind ?? kind, entity, ...rangeOf({ from, to }, nowMs) }),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/queues',
    right: 'read',
    summary: 'Returns the traffic of topics, the lag of consumer groups, and queues of SQS',
    description: 'The values of a counter are its rates per second. Status and reason are those of the inventory.',
    parameters: z.strictObject({
      cluster: clusterSchema.optional(),
      ...rangeParameters,
      points: countSchema(60, 10, 300).describe('The most steps.'),
    }),
    answer: queuesAnswer,
    handle: ({ parameters: { cluster, points, ...range }, nowMs }, { warehouse }) =>
      findQueues(warehouse, { cluster, points, nowMs, ...rangeOf(range, nowMs) }),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/entities',
    right: 'read',
    summary: 'Lists the entities with samples in the last hour, those in trouble first',
    description: 'Of a replay those of its own last hour.',
    parameters: z.strictObject({
      cluster: clusterSchema.optional(),
      kind: z.enum(entityKinds).optional(),
      q: z.string().max(256).optional().describe('A part of the path, in any case.'),
      limit: limitSchema(200, 1_000),
      cursor: pageParameter.optional(),
    }),
    answer: entitiesAnswer,
    handle: ({ parameters, nowMs }, ports) => findEntities(ports, { ...parameters, nowMs }),
  }),
  route({
    method: 'GET',
    path: '/api/search',
    right: 'read',
    summary: 'Finds machines, components, series, alerts and silences by words that all must be contained',
    description:
      'Series are found of the first eight entities that a word names. Without a warehouse, alerts and silences alone.',
    parameters: z.strictObject({ q: z.string().min(1).max(256), limit: limitSchema(20, 100) }),
    answer: searchAnswer,
    handle: async ({ parameters, nowMs }, ports) => ({ results: await search(ports, { ...parameters, nowMs }) }),
  }),
];
