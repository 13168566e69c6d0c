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

/** The time for which what alert's state knows counts as new, ms. One answer asks for it several times, and it is read as a whole. */
const stateFreshMs = 1_000;

/** Returns the sources of a deployment: its warehouse or, where there is none, what alert's state knows. */
export function sourcesOf(from: Warehouse | KnownAlerts): Sources {
  if ('search' in from) return { warehouse: from, reader: readerByWarehouse(from) };
  const known = { read: sharedRead(() => from.read(), stateFreshMs) };
  return { warehouse: undefined, reader: readerByState(known) };
}
