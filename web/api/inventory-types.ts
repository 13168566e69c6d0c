/** The shapes of what the API answers about components. */
import type { inventoryAnswer, statusAnswer } from '../../functions/api/answers/inventory.ts';
import type { Answer } from './types.ts';

export type Inventory = Answer<typeof inventoryAnswer>;
/** The newest state of a component. */
export type InventoryItem = Inventory['inventory'][number];
/** The status of every cluster. */
export type ClusterStates = Answer<typeof statusAnswer>;
