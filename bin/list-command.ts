import type { Command } from 'commander';
import * as z from 'zod';
import { type ApiFlags, openApiClient, withApiOptions } from './api-client.ts';
import { wholeNumber } from './options.ts';
import type { Painted, Terminal } from './terminal.ts';

export interface ListFlags extends ApiFlags {
  readonly cluster?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** A list that the API serves at `/api/THINGS`, as `{ "THINGS": [...] }`. */
interface List<Item> {
  /** The name of the items, in the plural: `alerts`. */
  readonly things: string;
  readonly schema: z.ZodType<Item>;
  /** The parameters of the request besides `cluster` and `limit`. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Returns the line that shows an item. */
  readonly lineOf: (item: Item) => readonly (string | Painted)[];
}

/** Adds the options that every list has. @param things the name of the items, in the plural */
export function withListOptions(command: Command, things: string): Command {
  command
    .option('--cluster <name>', `only ${things} of this cluster`)
    .option('--limit <n>', `how many ${things} are listed at most`, wholeNumber(1, 1000), 50)
    .option('--json', `print one JSON object: { "${things}": [...] }`);
  return withApiOptions(command);
}

/** Prints a list that it reads from the API: a line for each item, or one JSON object. */
export async function printList<Item>(list: List<Item>, flags: ListFlags, terminal: Terminal): Promise<void> {
  const { things, schema, query, lineOf } = list;
  const { cluster, limit, json } = flags;
  const api = await openApiClient(flags, terminal);
  try {
    const answer = await api.get(`/api/${things}`, { ...query, cluster, limit: String(limit) });
    const items = z.object({ [things]: z.array(schema) }).parse(answer)[things]!;
    // What could not be read is missing in the list, so that "no alerts" alone would mislead.
    const { note } = z.object({ note: z.string().optional() }).parse(answer);
    if (note !== undefined) terminal.warn(`note: ${note}`);
    if (json) terminal.printJson({ [things]: items });
    else if (items.length === 0) terminal.print(`no ${things}`);
    else for (const item of items) terminal.print(...lineOf(item));
  } finally {
    await api.close();
  }
}
