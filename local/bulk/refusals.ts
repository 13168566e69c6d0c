import { minuteMs } from '../../functions/shared/domain/durations.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import type { BulkRefusal } from './request.ts';

/** A line for each status comes no more often. */
const quietMs = 10 * minuteMs;
/** The statuses with which a shipper may lose documents: it was too much, or too much at once. Anything else is said to the shipper alone. */
const saidStatuses: ReadonlySet<number> = new Set([413, 429, 503]);

/** The status of a document that was taken before, which is counted as a repeat. */
const repeatedStatus = 409;

/** Counts what the bulk API refuses, and warns when it begins to turn shippers away. */
export class BulkRefusals {
  readonly #telemetry: Pick<Telemetry, 'count' | 'warn'>;
  /** The time at which a line was last written, ms of a clock that runs on, by what was refused and its status. */
  readonly #saidMs = new Map<string, number>();

  constructor(telemetry: Pick<Telemetry, 'count' | 'warn'>) {
    this.#telemetry = telemetry;
  }

  /** Notes that a whole request was refused. */
  request(refusal: BulkRefusal): void {
    this.#telemetry.count('bulk_requests_refused', 1, { status: String(refusal.status) });
    this.#say('bulk requests', refusal);
  }

  /** Notes that a document was refused, and others of its request perhaps not. */
  document(refusal: BulkRefusal): void {
    if (refusal.status === repeatedStatus) return;
    this.#telemetry.count('documents_refused', 1, { status: String(refusal.status) });
    this.#say('documents', refusal);
  }

  #say(what: string, { status, reason }: BulkRefusal): void {
    if (!saidStatuses.has(status)) return;
    const key = `${what} ${status}`;
    const nowMs = performance.now();
    if (nowMs - (this.#saidMs.get(key) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    this.#saidMs.set(key, nowMs);
    this.#telemetry.warn(`${what} of shippers are refused`, { message: reason, status });
  }
}
