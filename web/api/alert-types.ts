import type { AlertStatus, AlertSummary, Entity, Severity } from './types.ts';

export interface Series {
  readonly entity: Entity;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Suspect {
  readonly entity: Entity;
  readonly anomalyId: string;
  readonly series: Series;
  readonly startsAtMs: number;
  readonly score: number;
  readonly why: string;
}

/** A named decision on the way to a page. */
export interface Decision {
  readonly atMs: number;
  readonly stage: string;
  readonly reason: string;
  readonly detail?: string;
}

export type Verdict = 'useful' | 'expected' | 'noise' | 'wrong cause';

export interface Feedback {
  readonly verdict: Verdict;
  readonly by: string;
  readonly atMs: number;
  readonly note?: string;
}

/** An alert as `/api/alerts` lists it. */
export interface Alert {
  readonly id: string;
  readonly revision: number;
  readonly transition: string;
  readonly firstPageRevision?: number;
  readonly notify: boolean;
  readonly status: AlertStatus;
  readonly severity: Severity;
  readonly title: string;
  readonly headline: string;
  readonly entity: Entity;
  readonly startsAtMs: number;
  readonly updatedAtMs: number;
  readonly endsAtMs?: number;
  readonly anomalies: readonly string[];
  readonly suspects: readonly Suspect[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly trace: readonly Decision[];
  readonly feedback?: readonly Feedback[];
  /** The scope: `live`, or the cluster of a replay. */
  readonly scope: string;
}

export interface Alerts {
  readonly alerts: readonly Alert[];
  readonly next?: string;
  readonly note?: string;
}

export interface Anomaly {
  readonly id: string;
  readonly state: 'open' | 'closed';
  readonly kind: string;
  readonly series: Series;
  readonly dataset: string;
  readonly startsAtMs: number;
  readonly updatedAtMs: number;
  readonly endsAtMs?: number;
  readonly peak: number;
  readonly expected?: number;
  readonly lower?: number;
  readonly upper?: number;
  readonly unit: string;
  readonly score: number;
  readonly zScore?: number;
  readonly direction: 'up' | 'down';
  readonly detector: string;
  readonly severity: Severity;
  readonly reason: string;
  readonly closedBecause?: string;
  readonly lines?: readonly string[];
}

export type Role = 'cause' | 'effect' | 'reaction';

export interface Evidence {
  readonly anomaly: Anomaly;
  readonly role: Role;
}

/** One revision of an alert for one receiver. */
export interface DeliveryRow {
  readonly receiver: string;
  readonly alertId: string;
  readonly revision: number;
  readonly state: 'waiting' | 'given up' | 'delivered';
  readonly sinceMs?: number;
  readonly reason?: string;
  readonly tries?: number;
  readonly nextTryMs?: number;
}

export interface Deliveries {
  readonly deliveries: readonly DeliveryRow[];
  readonly next?: string;
  readonly note?: string;
}

export interface Comment {
  readonly id: string;
  readonly by: string;
  readonly atMs: number;
  readonly text: string;
}

/** An alert as `/api/alerts/{id}` shows it. */
export interface AlertDetail extends Alert {
  /** One for each suspect, in their order. */
  readonly evidence: readonly Evidence[];
  readonly deliveries: readonly DeliveryRow[];
  readonly comments: readonly Comment[];
  readonly runbook?: string;
  readonly checks: readonly string[];
}

/** A request to change something, which is sent to `/api/commands`. */
export type Command = { readonly id: string; readonly cluster: string; readonly note?: string } & (
  | { readonly action: 'ack' | 'resolve'; readonly alertId: string }
  | { readonly action: 'comment'; readonly alertId: string; readonly text: string }
  | { readonly action: 'feedback'; readonly subjectId: string; readonly verdict: Verdict }
  | { readonly action: 'unsilence'; readonly silenceId: string }
  | {
      readonly action: 'silence';
      readonly matchers: Readonly<Record<string, string>>;
      readonly startsAtMs?: number;
      readonly endsAtMs: number;
    }
);

export interface Accepted {
  readonly accepted: string;
  readonly warnings: readonly string[];
}

export interface Silence {
  readonly id: string;
  readonly cluster: string;
  readonly state: 'pending' | 'active' | 'over';
  readonly by: string;
  readonly note?: string;
  readonly matchers: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly endedBy?: string;
  readonly endNote?: string;
  /** The number of open alerts that it mutes. */
  readonly mutesNow: number;
  /** The number of alerts that it muted; only if it is over. */
  readonly muted?: number;
}

export interface Silences {
  readonly silences: readonly Silence[];
  readonly next?: string;
  readonly note?: string;
}

/** The alerts that a silence would mute, as `POST /api/silences/preview` computes it. */
export interface SilencePreview {
  readonly open: readonly AlertSummary[];
  readonly openCount: number;
  readonly past30Days: { readonly count: number; readonly critical: number };
  readonly warnings: readonly string[];
}
