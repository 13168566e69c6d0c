import type { KnownAlerts } from '../shared/ports/known-alerts.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import type { AlertReader } from './alert-reader.ts';
import { readerByState } from './queries/by-state.ts';
import { readerByWarehouse } from './queries/by-warehouse.ts';

/** The sources of the answers. */
export interface Sources {
  readonly reader: AlertReader;
  /** The warehouse; `undefined` where there is none. */
  readonly warehouse: Warehouse | undefined;
}

/** Returns the sources of a deployment: its warehouse or, where there is none, what alert's state knows. */
export function sourcesOf(from: Warehouse | KnownAlerts): Sources {
  return 'search' in from
    ? { warehouse: from, reader: readerByWarehouse(from) }
    : { warehouse: undefined, reader: readerByState(from) };
}
