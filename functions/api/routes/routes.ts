import * as z from 'zod';
import { openApiDocument } from '../openapi.ts';
import { alertRoutes } from './alerts.ts';
import { commandRoutes } from './commands.ts';
import { consoleRoutes } from './console.ts';
import { inventoryRoutes } from './inventory.ts';
import { operationRoutes } from './operations.ts';
import { type ApiRoute, route } from './route.ts';
import { selfRoutes } from './self.ts';
import { seriesRoutes } from './series.ts';
import { silenceRoutes } from './silences.ts';

/** The description of the API by itself. */
const documentRoute = route({
  method: 'GET',
  path: '/api/openapi.json',
  right: 'read',
  summary: 'Returns this description of the API, OpenAPI 3.1',
  answer: z.looseObject({ openapi: z.literal('3.1.0') }),
  handle: async () => {
    document ??= openApiDocument(apiRoutes);
    return { ...document };
  },
});
let document: ReturnType<typeof openApiDocument> | undefined;

/** The routes of the HTTP API, in the order of the reference: what is answered, documented and tested. */
export const apiRoutes: readonly ApiRoute[] = [
  ...selfRoutes,
  ...alertRoutes,
  ...silenceRoutes,
  ...commandRoutes,
  ...operationRoutes,
  ...seriesRoutes,
  ...inventoryRoutes,
  ...consoleRoutes,
  documentRoute,
];
