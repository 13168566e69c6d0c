/** The shapes of what the API answers about components. */
import type { inventoryAnswer } from '../../functions/api/answers/inventory.ts';
import type { Answer } from './types.ts';

export type Inventory = Answer<typeof inventoryAnswer>;
/** The newest state of a component. */
export type InventoryItem = Inventory['inventory'][number];
