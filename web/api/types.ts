/** The shapes of the API's answers that all views read. Times are ms since 1970. */

export type Severity = 'critical' | 'warning' | 'info';
export type AlertStatus = 'open' | 'acknowledged' | 'resolved';
export type StatusWord = 'ok' | 'degraded' | 'down' | 'unknown';

/** A value of a grid of times; `null` where nothing was measured. */
export type Value = number | null;
export type Values = readonly Value[];

export interface Entity {
  readonly cluster: string;
  readonly kind: string;
  readonly name: string;
}

export interface Me {
  readonly name: string;
  readonly role: 'viewer' | 'operator';
  readonly canAct: boolean;
  readonly signIn: 'none' | 'token' | 'iam' | 'cognito' | 'other';
}

/** The worst open alert of an entity. */
export interface Trouble {
  readonly severity: Severity | null;
  readonly reason: string | null;
  readonly alertIds: readonly string[];
}

/** An alert without its trace. */
export interface AlertSummary {
  readonly id: string;
  readonly status: AlertStatus;
  readonly severity: Severity;
  readonly title: string;
  readonly headline: string;
  readonly entity: Entity;
  readonly cluster: string;
  readonly startsAtMs: number;
  readonly updatedAtMs: number;
  readonly endsAtMs?: number;
  readonly acknowledged?: { readonly by: string; readonly atMs: number };
  readonly paged?: { readonly atMs: number };
  /** The id of the silence that mutes it. */
  readonly silencedBy?: string;
  /** Numbers of its series and of their entities. */
  readonly series: number;
  readonly components: number;
  /** Marks an alert of a replay, whose times are those of the recording. */
  readonly isReplay?: boolean;
  /** The first suspect. */
  readonly cause?: { readonly path: string; readonly series: string; readonly score: number; readonly why: string };
}

export interface ClusterStatus {
  readonly cluster: string;
  readonly status: StatusWord;
  readonly reason?: string;
  readonly sinceMs?: number;
  readonly isReplay?: boolean;
}

export interface Freshness {
  readonly source: string;
  readonly cluster: string;
  readonly entities: number;
  readonly newestMs: number;
  readonly oldest: { readonly path: string; readonly newestMs: number };
}

/** The state of a receiver, as the overview has it. */
export interface ReceiverState {
  readonly name: string;
  readonly status: 'ok' | 'failing' | 'refusing';
  readonly failingSinceMs?: number;
  readonly reason?: string;
  readonly waiting: number;
}

export interface ReceiverHealth extends ReceiverState {
  readonly type: string;
  /** The masked address. */
  readonly target: string;
  readonly lastSuccessMs?: number;
  readonly givenUp: number;
  /** The number in the last hour; `null` where that is not known. */
  readonly deliveredLastHour: number | null;
}

/** The state of Offbeat itself. */
export interface OffbeatHealth {
  readonly status: 'ok' | 'degraded' | 'held up';
  readonly reason?: string;
  readonly lagRecords: number;
}

export interface Overview {
  readonly nowMs: number;
  readonly version: string;
  readonly clusters: readonly string[];
  readonly status: { readonly status: StatusWord; readonly clusters: readonly ClusterStatus[] };
  readonly counts: {
    readonly machines: number;
    readonly chunkservers: number;
    readonly topics: number;
    readonly consumerGroups: number;
  };
  readonly alerts: {
    /** The open alerts, at most 200, the worst first. */
    readonly open: readonly AlertSummary[];
    readonly openCount: number;
    readonly silenced: number;
    /** The resolved alerts of the last hour, or the newest ten. */
    readonly resolved: readonly AlertSummary[];
  };
  readonly freshness: readonly Freshness[];
  readonly newestSampleMs: number | null;
  /** The last canary; the time that it took is absent where nothing measures it. */
  readonly canary: { readonly lastMs: number; readonly latencyMs?: number } | null;
  readonly deliveries: {
    readonly waiting: number;
    readonly givenUp: number;
    /** The number in the last hour; `null` where that is not known. */
    readonly delivered: number | null;
    readonly receivers: readonly ReceiverState[];
  };
  readonly offbeat: OffbeatHealth;
  /** A sentence on what is not known, and why. */
  readonly note?: string;
  /** The cursor that `/api/changes?after=` takes. */
  readonly cursor: string;
}

export interface Changes {
  readonly cursor: string;
  /** The alerts that changed. */
  readonly alerts: readonly AlertSummary[];
  readonly silences: boolean;
  readonly inventory: boolean;
  readonly newestSampleMs: number | null;
  readonly nowMs: number;
  readonly offbeat: OffbeatHealth;
}

export interface SearchResult {
  readonly kind: 'machine' | 'component' | 'series' | 'alert' | 'silence';
  readonly title: string;
  readonly subtitle: string;
  readonly href: string;
}

export interface Search {
  readonly results: readonly SearchResult[];
}
