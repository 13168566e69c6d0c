/**
 * The shapes of the API's answers that all views read, as the API's own schemas define them. Times are ms since 1970.
 */
import type { z } from 'zod';
import type { AlertSummary as Summary, Trouble as WorstAlert } from '../../functions/api/answers/alert-summary.ts';
import type { searchAnswer } from '../../functions/api/answers/entities.ts';
import type { meAnswer } from '../../functions/api/answers/me.ts';
import type { receiversAnswer } from '../../functions/api/answers/operations.ts';
import type { Changes as Changed, Overview as Situation } from '../../functions/api/answers/overview.ts';
import type { Shown } from '../../functions/api/answers/shown.ts';

/** An answer as a reader of it sees it. */
export type Answer<Schema extends z.ZodType> = Shown<z.output<Schema>>;

export type Overview = Shown<Situation>;
export type Changes = Shown<Changed>;
export type AlertSummary = Shown<Summary>;
/** The worst open alert of an entity. */
export type Trouble = Shown<WorstAlert>;
export type Me = Answer<typeof meAnswer>;
export type Search = Answer<typeof searchAnswer>;
export type ReceiverHealth = Answer<typeof receiversAnswer>['receivers'][number];

export type Severity = AlertSummary['severity'];
export type AlertStatus = AlertSummary['status'];
export type Entity = AlertSummary['entity'];
export type StatusWord = Overview['status']['status'];
export type ClusterStatus = Overview['status']['clusters'][number];
export type Freshness = Overview['freshness'][number];
export type ReceiverState = Overview['deliveries']['receivers'][number];
export type OffbeatHealth = Overview['offbeat'];
export type SearchResult = Search['results'][number];

/** A value of a grid of times; `null` where nothing was measured. */
export type Value = number | null;
export type Values = readonly Value[];
