/** One partition as a stage reads it, or the queue. */
export interface SourceHealth {
  readonly topic: string;
  readonly partition: number;
  /** Records that lie there and are not handled. */
  readonly lagRecords: number;
  /** What holds it up; absent while all is well. */
  readonly trouble?: { readonly message: string; readonly failures: number; readonly permanent: boolean };
}

export interface StageHealth {
  readonly name: string;
  readonly sources: readonly SourceHealth[];
}

/** How the flow is, and how much went through it. */
export interface Health {
  /** `held up` while any source has trouble. */
  readonly status: 'ok' | 'held up';
  readonly stages: readonly StageHealth[];
  /** Decided transactions whose effects are perhaps not out; the age counts from the newest record in them. */
  readonly pending: readonly { readonly stage: string; readonly partition: number; readonly ageMs: number }[];
  /** Of the store, over its whole life. */
  readonly totals: Readonly<Record<string, number>>;
  /** Of this process, since it started: counters by name and dimensions. */
  readonly counts: Readonly<Record<string, number>>;
  /** What stands behind each port: `{ eventLog: 'SQLite' }`. */
  readonly uses: Readonly<Record<string, string>>;
}
