import type { ComponentStatus } from '../shared/domain/component-status.ts';

/** The findings of a collection. */
export interface Collected {
  /** The documents for topic `beats`, that of the whole target first. */
  readonly documents: readonly Readonly<Record<string, unknown>>[];
  readonly status: ComponentStatus;
  /** A flag: the target gave an answer that could be read. */
  readonly isReachable: boolean;
  /** Notes that the documents are delivered; until then the next collection reads the same again. @default nothing is noted */
  readonly onDelivered?: () => void;
}

/** A target of the settings that can be collected again and again. */
export interface Collector {
  /** The target as people name it, without its user. */
  readonly name: string;
  readonly periodMs: number;
  /**
   * Collects the target once, within the time-out of its settings.
   * @param signal ends the collection when it aborts
   * @throws the reason of `signal`
   * @throws {UsageError} if a password or a file with certificates cannot be read
   */
  collect(signal: AbortSignal): Promise<Collected>;
}

/** Returns the findings of a collection from its documents and the status in the first of them. */
export const collected = (
  documents: readonly object[],
  status: ComponentStatus & { readonly collected: boolean },
): Collected => ({
  documents: documents as Collected['documents'],
  status,
  isReachable: status.collected,
});
