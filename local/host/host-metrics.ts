import { hostname } from 'node:os';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import { type Fields, hostMetricsets, type Metricset } from './host-metricsets.ts';

export interface HostMetricsOptions {
  readonly clock: Clock;
  /** Gets a line when a metricset begins to fail, and when it works again. */
  readonly report: (line: string) => void;
  /** @default the metricsets of this host */
  readonly metricsets?: readonly Metricset[];
  /** @default 4000 */
  readonly timeoutMs?: number;
}

/** The state of a metricset between two collections. */
interface MetricsetState {
  readonly metricset: Metricset;
  startedAtMs: number;
  reading: boolean;
  failing: boolean;
}

/** Reads the metrics of this host, and returns them as documents of Metricbeat 8. */
export class HostMetrics {
  readonly #options: HostMetricsOptions;
  readonly #timeoutMs: number;
  readonly #states: readonly MetricsetState[];

  constructor(options: HostMetricsOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 4_000;
    this.#states = (options.metricsets ?? hostMetricsets).map((metricset) => ({
      metricset,
      startedAtMs: Number.NEGATIVE_INFINITY,
      reading: false,
      failing: false,
    }));
  }

  /**
   * Reads the metricsets that are due. If a metricset fails or does not answer, only its own documents are missing. It is
   * read again when it is due, unless it still has not answered.
   */
  async collect(): Promise<readonly Fields[]> {
    const nowMs = this.#options.clock.nowMs();
    // A timer that fires up to half a second early must not skip a metricset.
    const due = this.#states.filter((at) => !at.reading && nowMs - at.startedAtMs >= at.metricset.periodMs - 500);
    return (await Promise.all(due.map((state) => this.#read(state, nowMs)))).flat();
  }

  async #read(state: MetricsetState, nowMs: number): Promise<readonly Fields[]> {
    const { name } = state.metricset;
    state.startedAtMs = nowMs;
    state.reading = true;
    const reading = state.metricset.read().finally(() => {
      state.reading = false;
    });
    try {
      const fields = await within(this.#timeoutMs, reading);
      if (state.failing) this.#options.report(`system.${name} of this host can be read again`);
      state.failing = false;
      return fields.map((entry) => toDocument(state.metricset, entry, nowMs, this.#options.clock.nowMs() - nowMs));
    } catch (error) {
      if (!state.failing) this.#options.report(`system.${name} of this host cannot be read: ${messageOf(error)}`);
      state.failing = true;
      return [];
    }
  }
}

function toDocument({ name, periodMs }: Metricset, fields: Fields, timeMs: number, durationMs: number): Fields {
  const host = hostname();
  return {
    '@timestamp': new Date(timeMs).toISOString(),
    agent: { type: 'metricbeat', name: host, version: '8.17.0' },
    ecs: { version: '8.0.0' },
    event: { dataset: `system.${name}`, module: 'system', duration: durationMs * 1_000_000 },
    host: { name: host, hostname: host },
    labels: { collector: 'offbeat' },
    metricset: { name, period: periodMs },
    service: { type: 'system' },
    system: { [name]: fields },
  };
}

/** Returns the value of a promise. @throws {Error} if it does not settle within `ms`; it is not cancelled */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
