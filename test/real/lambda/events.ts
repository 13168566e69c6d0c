import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '../../../functions/functions.ts';

/** The names of the sample events in `events/`: `normalise.beats`. */
export const events = readdirSync(join(import.meta.dirname, '../../../events')).flatMap((file) =>
  file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [],
);

/** Returns the function that a sample event is for. */
export const functionOf = (event: string): FunctionName => event.split('.')[0] as FunctionName;

/** Returns the sample events of functions. */
export const eventsOf = (...names: FunctionName[]): string[] =>
  events.filter((event) => names.includes(functionOf(event)));
