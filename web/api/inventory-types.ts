import type { Entity, StatusWord } from './types.ts';

/** The newest state of a component. */
export interface InventoryItem {
  readonly entity: Entity;
  readonly timestampMs: number;
  readonly dataset: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly measurements: Readonly<Record<string, number>>;
  readonly facts?: Readonly<Record<string, string>>;
  readonly kind: string;
  readonly role: 'head' | 'server' | 'part';
  readonly status: StatusWord;
  readonly reason?: string;
  readonly sinceMs: number;
  readonly seenMs: number;
  /** The name of a replay. */
  readonly scope?: string;
}

/** The answer of `/api/inventory`. */
export interface Inventory {
  readonly inventory: readonly InventoryItem[];
  readonly note?: string;
}
