import type { Random } from '../quality/random.ts';
import type { Collection, CounterTotals } from './collections.ts';

/** The values that a fault may use besides the documents. */
export interface FaultContext {
  /** The time between two collections, ms. */
  readonly periodMs: number;
  readonly totals: CounterTotals;
}

/** A fault at one place, which changes collections while it lasts. */
export interface PlacedFault {
  /** The entities that are right as its cause, as labels name them: `kind/name`. */
  readonly entities: readonly string[];
  /** Changes one collection: documents, their values and their times. @param nth the number of the collection, from 0 */
  change(collection: Collection, nth: number, context: FaultContext): void;
  /** Changes the first collection after it. */
  recover?(collection: Collection, context: FaultContext): void;
}

/** A kind of fault, or of normal work that looks like one. */
export interface FaultKind {
  readonly name: string;
  /** Collections that it lasts. */
  readonly collections: number;
  /** States whether somebody should be paged. If not, each page is false. */
  readonly pages: boolean;
  /** Puts it at a place. */
  place(random: Random): PlacedFault;
}

/** A node of the recording that runs a chunkserver. */
export interface StorageNode {
  readonly host: string;
  readonly ip: string;
  readonly chunkserver: string;
  readonly disks: readonly { readonly device: string; readonly mount: string }[];
}

const node = (letter: string, ip: string, first: number): StorageNode => ({
  host: `node-${letter}`,
  ip,
  chunkserver: `${ip}:9422`,
  disks: [1, 2].map((nth) => ({ device: `loop${first + nth - 1}`, mount: `/mnt/${letter}/hdd${nth}` })),
});

export const storageNodes: readonly StorageNode[] = [
  node('a', '10.77.0.11', 0),
  node('b', '10.77.0.12', 2),
  node('c', '10.77.0.13', 4),
];

export const partitions = [0, 1, 2] as const;

/** Returns one of several, each as likely. */
export function oneOf<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random.uniform() * items.length)]!;
}

/** Returns a number between two, on a logarithmic scale. */
export function between(from: number, to: number, random: Random): number {
  return from * (to / from) ** random.uniform();
}
