import type { Alert } from '../shared/domain/alert.ts';
import type { SilenceRecord } from '../shared/domain/silence.ts';
import type { ParametersOf } from './parameters.ts';

/** The items of a list. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  /** A sentence about what could not be read; absent if all could. */
  readonly note?: string;
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
}

/**
 * A reader of alerts and silences for the API: of the warehouse, or of alert's state where there is no warehouse.
 *
 * Each method throws {@link UnavailableError} if what it reads does not answer, or if the part of it that may have the answer
 * cannot be read.
 */
export interface AlertReader {
  /** The name of what it reads, in messages: `the warehouse`. */
  readonly source: string;
  /** A sentence about the alerts that it does not have, for an answer that finds none; absent if it has all. */
  readonly missingAlerts?: string;
  /** The same about silences. */
  readonly missingSilences?: string;
  /** Returns alerts, the one that began last first. */
  alerts(parameters: ParametersOf<'alerts'>): Promise<Listed<Alert>>;
  /**
   * Returns all alerts that are not resolved, the one that began last first, so that they can be counted.
   * @param cluster the only cluster. Default: all
   */
  open(cluster?: string): Promise<Listed<Alert>>;
  /** Returns one alert; `undefined` if there is none with this id. */
  alert(id: string): Promise<Alert | undefined>;
  /**
   * Returns silences, the one that was asked for last first.
   * @throws {Problem} 501, if it has no silences in the state that is asked for
   */
  silences(parameters: ParametersOf<'silences'>): Promise<Listed<SilenceRecord>>;
  /**
   * Returns one silence; `undefined` if there is none with this id.
   * @param cluster the cluster of the silence; without it the newest silence of any cluster is returned
   */
  silence(id: string, cluster?: string): Promise<SilenceRecord | undefined>;
  /** Returns whether a cluster had an alert. */
  hadAlert(cluster: string): Promise<boolean>;
}
