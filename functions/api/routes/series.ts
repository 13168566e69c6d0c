import { documentsAnswer, minutesAnswer, samplesAnswer, seriesAnswer } from '../answers/series.ts';
import { parameterSchemas } from '../parameters.ts';
import { findMinutes } from '../queries/minutes.ts';
import { findPoints } from '../queries/points.ts';
import { findSampleDocuments } from '../queries/sample-documents.ts';
import { findSeries } from '../queries/series.ts';
import { warehouseRoute } from './route.ts';

/** The routes of what was measured. */
export const seriesRoutes = [
  warehouseRoute({
    method: 'GET',
    path: '/api/series',
    right: 'read',
    summary: 'Lists the names of the series in the newest samples, in alphabetical order',
    description:
      'Of what has no samples, such as log rates, the newest minutes are read. With `dataset`, a glob, only the series of ' +
      'matching datasets are listed, and what their documents became.',
    parameters: parameterSchemas.series,
    answer: seriesAnswer,
    handle: ({ parameters }, { warehouse }) => findSeries(warehouse, parameters),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/samples',
    right: 'read',
    summary: 'Returns the newest samples of one series, the oldest first',
    parameters: parameterSchemas.samples,
    answer: samplesAnswer,
    handle: ({ parameters }, { warehouse }) => findPoints(warehouse, parameters),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/sample-documents',
    right: 'read',
    summary: 'Returns the samples of a cluster as the warehouse has them, the oldest first',
    parameters: parameterSchemas.sampleDocuments,
    answer: documentsAnswer,
    handle: async ({ parameters }, { warehouse }) => ({ documents: await findSampleDocuments(warehouse, parameters) }),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/summaries',
    right: 'read',
    summary: 'Returns the newest minutes of one series, the oldest first',
    parameters: parameterSchemas.summaries,
    answer: minutesAnswer,
    handle: ({ parameters }, { warehouse }) => findMinutes(warehouse, parameters),
  }),
];
