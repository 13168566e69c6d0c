import { inventoryAnswer, statusAnswer } from '../answers/inventory.ts';
import { parameterSchemas } from '../parameters.ts';
import { findInventory, findStatus } from '../queries/inventory.ts';
import { warehouseRoute } from './route.ts';

/** The routes of components and of clusters. */
export const inventoryRoutes = [
  warehouseRoute({
    method: 'GET',
    path: '/api/inventory',
    right: 'read',
    summary: 'Lists components with their newest numbers and facts, by cluster and kind',
    description: 'Chunkservers are in the order of their master. What was not seen for long is `unknown`.',
    parameters: parameterSchemas.inventory,
    answer: inventoryAnswer,
    handle: ({ parameters, nowMs }, { warehouse }) => findInventory(warehouse, parameters, nowMs),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/status',
    right: 'read',
    summary: 'Returns the status of each cluster, and the worst of them',
    parameters: parameterSchemas.status,
    answer: statusAnswer,
    handle: ({ parameters, nowMs }, { warehouse }) => findStatus(warehouse, parameters, nowMs),
  }),
];
