import { Command, Option } from 'commander';
import * as z from 'zod';
import { componentKinds, inventoryItemSchema } from '../../functions/shared/domain/inventory.ts';
import { type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { inventoryLines } from '../inventory-lines.ts';
import { wholeNumber, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface InventoryFlags extends ApiFlags {
  readonly cluster?: string;
  readonly kind?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const answerSchema = z.object({ inventory: z.array(inventoryItemSchema), note: z.string().optional() });

export function inventoryCommand(terminal: Terminal): Command {
  const command = new Command('inventory')
    .description(
      'List the components of storages, Kafka, MSK, OpenSearch and Offbeat itself with their newest numbers.',
    )
    .option('--cluster <name>', 'only components of this cluster')
    .addOption(new Option('--kind <kind>', 'only components of this kind').choices(componentKinds))
    .option('--limit <n>', 'how many components are listed at most', wholeNumber(1, 10_000), 1_000)
    .option('--json', 'print one JSON object: { "inventory": [...] }');
  withApiOptions(command).action((flags: InventoryFlags) => listInventory(flags, terminal));
  return withExamples(
    command,
    'npx offbeat inventory --kind chunkserver',
    'npx offbeat inventory --data .offbeat --json',
  );
}

async function listInventory(flags: InventoryFlags, terminal: Terminal): Promise<void> {
  const api = await openApiClient(flags, terminal);
  try {
    const { cluster, kind, limit, json } = flags;
    const answer = await api.get('/api/inventory', { cluster, kind, limit: String(limit) });
    const { inventory, note } = answerSchema.parse(answer);
    if (note !== undefined) terminal.warn(`note: ${note}`);
    if (json) terminal.printJson({ inventory });
    else if (inventory.length === 0) terminal.print('no components');
    else for (const line of inventoryLines(inventory)) terminal.print(...line);
  } finally {
    await api.close();
  }
}
