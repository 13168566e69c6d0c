import * as z from 'zod';
import { componentKinds, inventoryItemSchema, statusWords } from '../../shared/domain/inventory.ts';
import { next, note, timeMs } from './answer.ts';

export const inventoryAnswer = z.strictObject({
  inventory: z.array(
    inventoryItemSchema.meta({ id: 'InventoryItem', description: 'A component, as its newest sample describes it.' }),
  ),
  next,
  note,
});

export const statusWord = z.enum(statusWords);

const componentAnswer = inventoryItemSchema
  .pick({ entity: true, kind: true, dimensions: true, role: true, status: true, reason: true, sinceMs: true })
  .meta({ id: 'Component' });

export const clusterAnswer = z
  .strictObject({
    cluster: z.string(),
    isReplay: z.literal(true).optional().describe('It is that of a replay, at the end of what was replayed.'),
    status: statusWord,
    reason: z.string().optional().describe('The worst three components in words; absent if it is `ok`.'),
    sinceMs: timeMs.optional(),
    counts: z
      .partialRecord(z.enum(componentKinds), z.partialRecord(statusWord, z.int()))
      .describe('The number of components of each kind in each status, without parts that are unknown.'),
    components: z.array(componentAnswer).describe('Those that are not `ok`, the worst first.'),
  })
  .meta({ id: 'ClusterStatus' });

export const statusAnswer = z.strictObject({
  status: statusWord.describe('The worst of the live clusters; of replays if there is no live one.'),
  clusters: z.array(clusterAnswer),
  note,
});
