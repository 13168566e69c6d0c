import type { ReceiverHealth } from './types.ts';

export interface Receivers {
  readonly receivers: readonly ReceiverHealth[];
}

/** The answer of a receiver to a test message. */
export interface ReceiverTest {
  readonly ok: boolean;
  /** The HTTP status, where there is one. */
  readonly status?: number;
  readonly answer: string;
  readonly tookMs: number;
}

export interface Redriven {
  readonly sent: number;
}

/** The dead letters with one reason. */
export interface DeadLetterGroup {
  readonly reason: string;
  readonly stage: string;
  readonly topic: string;
  readonly count: number;
  /** The counts of the last 24 hours, the oldest first. */
  readonly perHour: readonly number[];
  readonly firstMs: number;
  readonly lastMs: number;
  readonly example: {
    /** The place of the record, `topic/partition/offset`. */
    readonly position: string;
    readonly text: string;
    readonly detail: string;
    readonly field?: string;
  };
  readonly remedy: string;
  /** The YAML to add to the settings. */
  readonly setting?: string;
  readonly canRedrive: boolean;
}

/** Two documents of one source and one moment that differ. */
export interface Collision {
  readonly dataset: string;
  readonly entity: string;
  /** The names of the texts in which they differ; their values are not known. */
  readonly fields: readonly string[];
  /** The YAML that makes them two series; absent where no text tells them apart. */
  readonly setting?: string;
  readonly count: number;
}

export interface DeadLetters {
  readonly groups: readonly DeadLetterGroup[];
  readonly collisions: readonly Collision[];
  readonly note?: string;
}

export interface Setting {
  /** The keys of the setting, such as `detection.sensitivity`. */
  readonly path: string;
  readonly value: unknown;
  readonly source: 'default' | 'file' | 'environment';
  readonly line?: number;
  readonly variable?: string;
  readonly isSecret?: boolean;
  readonly isSet?: boolean;
  readonly description: string;
  readonly unit?: string;
}

/** A branch of the routes: who is told of the alerts that match. */
export interface Route {
  readonly match?: Readonly<Record<string, string>>;
  readonly receivers?: readonly string[];
  readonly continue?: boolean;
  /** The number of alerts of 30 days that took it. */
  readonly count?: number;
  readonly line?: number;
  readonly routes?: readonly Route[];
}

export interface SettingsInForce {
  readonly file?: string;
  readonly entries: readonly Setting[];
  readonly routes?: Route | readonly Route[];
}
