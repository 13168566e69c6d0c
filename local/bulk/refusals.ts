import { minuteMs } from '../../functions/shared/domain/durations.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import type { BulkRefusal } from './request.ts';

/** Milliseconds between two log lines about the same status. */
const quietMs = 10 * minuteMs;
/**
 * The statuses with which a shipper may lose documents, because they were too large or too many. Other refusals are
 * reported to the shipper only.
 */
const loggedStatuses: ReadonlySet<number> = new Set([413, 429, 503]);

/** The status of a document that was appended before, which counts as a repeat. */
const repeatedStatus = 409;

/** Counts the refusals of the bulk API or of OTLP, and warns when it begins to refuse documents of shippers. */
export class BulkRefusals {
  readonly #telemetry: Pick<Telemetry, 'count' | 'warn'>;
  readonly #requests: string;
  /** The time of the last line, in ms of a monotonic clock, by the kind of refusal and its status. */
  readonly #loggedMs = new Map<string, number>();

  /** @param requests what a line calls the requests that were refused as a whole */
  constructor(telemetry: Pick<Telemetry, 'count' | 'warn'>, requests: string) {
    this.#telemetry = telemetry;
    this.#requests = requests;
  }

  /** Counts a request that was refused as a whole. */
  request(refusal: BulkRefusal): void {
    this.#telemetry.count('bulk_requests_refused', 1, { status: String(refusal.status) });
    this.#log(this.#requests, refusal);
  }

  /** Counts a document that was refused; others of its request may have been accepted. */
  document(refusal: BulkRefusal): void {
    if (refusal.status === repeatedStatus) return;
    this.#telemetry.count('documents_refused', 1, { status: String(refusal.status) });
    this.#log('documents', refusal);
  }

  #log(what: string, { status, reason }: BulkRefusal): void {
    if (!loggedStatuses.has(status)) return;
    const key = `${what} ${status}`;
    const nowMs = performance.now();
    if (nowMs - (this.#loggedMs.get(key) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    this.#loggedMs.set(key, nowMs);
    this.#telemetry.warn(`${what} of shippers are refused`, { message: reason, status });
  }
}
