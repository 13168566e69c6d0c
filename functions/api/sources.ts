import type { KnownAlerts } from '../shared/ports/known-alerts.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import type { AlertReader } from './alert-reader.ts';
import { readerByState } from './queries/by-state.ts';
import { readerByWarehouse } from './queries/by-warehouse.ts';
import { sharedRead } from './shared-read.ts';

/** The sources of the answers. */
export interface Sources {
  readonly reader: AlertReader;
  /** The warehouse; `undefined` where there is none. */
  readonly warehouse: Warehouse | undefined;
}

/** Returns the sources of a deployment: its warehouse or, where there is none, what alert's state knows. */
export function sourcesOf(from: Warehouse | KnownAlerts): Sources {
  if ('search' in from) return { warehouse: from, reader: readerByWarehouse(from) };
  // It is read as a whole, and one answer asks for it many times at once: they share one reading, and the next answer reads anew.
  const known = { read: sharedRead(() => from.read(), 0) };
  return { warehouse: undefined, reader: readerByState(known) };
}
