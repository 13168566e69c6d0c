import { hostname } from 'node:os';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import { type Fields, hostMetricsets, type Metricset } from './host-metricsets.ts';

export interface HostMetricsOptions {
  readonly clock: Clock;
  /** Gets a line when a metricset begins to fail, and when it is back. */
  readonly report: (line: string) => void;
  /** Those of this host unless given. */
  readonly metricsets?: readonly Metricset[];
  readonly timeoutMs?: number;
}

/** What is known of a metricset between two collections. */
interface Round {
  readonly metricset: Metricset;
  startedAtMs: number;
  reading: boolean;
  failing: boolean;
}

/** Reads this host's own metrics and shapes them as Metricbeat 8 documents. */
export class HostMetrics {
  readonly #options: HostMetricsOptions;
  readonly #timeoutMs: number;
  readonly #rounds: readonly Round[];

  constructor(options: HostMetricsOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 4_000;
    this.#rounds = (options.metricsets ?? hostMetricsets).map((metricset) => ({
      metricset,
      startedAtMs: Number.NEGATIVE_INFINITY,
      reading: false,
      failing: false,
    }));
  }

  /**
   * One collection of what is due. A metricset that fails or hangs costs its own documents only, and is asked again
   * when it is due, unless it still hangs.
   */
  async collect(): Promise<readonly Fields[]> {
    const nowMs = this.#options.clock.nowMs();
    // Half a second of grace: a timer that fires a little early must not skip a round.
    const due = this.#rounds.filter((at) => !at.reading && nowMs - at.startedAtMs >= at.metricset.periodMs - 500);
    return (await Promise.all(due.map((round) => this.#read(round, nowMs)))).flat();
  }

  async #read(round: Round, nowMs: number): Promise<readonly Fields[]> {
    const { name } = round.metricset;
    round.startedAtMs = nowMs;
    round.reading = true;
    const reading = round.metricset.read().finally(() => {
      round.reading = false;
    });
    try {
      const fields = await within(this.#timeoutMs, reading);
      if (round.failing) this.#options.report(`system.${name} of this host is back`);
      round.failing = false;
      return fields.map((entry) => toDocument(round.metricset, entry, nowMs, this.#options.clock.nowMs() - nowMs));
    } catch (error) {
      if (!round.failing) this.#options.report(`system.${name} of this host cannot be read: ${messageOf(error)}`);
      round.failing = true;
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

/** @throws {Error} if the promise does not settle within `ms`; it is left to itself then */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
