import { alertStep } from '../../functions/alert/alert.ts';
import { detectStep } from '../../functions/detect/detect.ts';
import { isDocument, normalise } from '../../functions/normalise/normalise.ts';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { letterHeader, rejectionOf } from '../../functions/shared/log/dead-letter.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import type { Effect, LogRecord, OutgoingRecord } from '../../functions/shared/log/record.ts';
import { type Topic, topics } from '../../functions/shared/log/topics.ts';
import type { ReplayLog } from '../../functions/shared/ports/replay-log.ts';
import type { Step, StepContext } from '../../functions/shared/runner/step.ts';
import { MemoryTelemetry } from '../memory-telemetry.ts';

/** The values that a flow in memory needs. */
export interface MemoryFlowOptions {
  readonly settings: Settings;
  /** The append time of every record, ms since the epoch. */
  readonly nowMs: number;
  /** Gets each record of the topic of alerts, in order. */
  readonly onAlert: (alert: Alert) => void;
}

/**
 * The stages from `beats` to `alerts` as pure steps in memory: the same steps, in the same order, that the functions run,
 * without their log and their stores. Each record passes through all stages before the next one. So memory contains the
 * state of the steps alone, however long the recording is. Nobody is paged.
 *
 * It is the log of a replay: what is appended to it is processed at once, and never read again.
 */
export class MemoryFlow implements ReplayLog {
  /** The counters that the outcome of a replay is read from: samples, and dead letters by stage and reason. */
  readonly telemetry = new MemoryTelemetry(() => {});
  readonly #options: MemoryFlowOptions;
  readonly #detect: MemoryStage;
  readonly #alert: MemoryStage;
  #documents = 0;
  /** The append time of the record in progress, ms. */
  #appendMs: number;

  constructor(options: MemoryFlowOptions) {
    this.#options = options;
    this.#appendMs = options.nowMs;
    this.#detect = openStage(detectStep, topics.samples, options.settings);
    this.#alert = openStage(alertStep, topics.signals, options.settings);
  }

  /** The number of documents so far, dead letters included. */
  get documents(): number {
    return this.#documents;
  }

  progress(): undefined {
    return undefined;
  }

  hasUnfinished(): boolean {
    return false;
  }

  async append(records: readonly OutgoingRecord[]): Promise<readonly number[]> {
    for (const record of records) this.#beat({ ...record, offset: 0, timestampMs: this.#options.nowMs });
    // The stages mark what they have to store; nothing is stored here.
    this.#detect.settle();
    this.#alert.settle();
    return [];
  }

  /**
   * Processes samples and ticks of `samples` as if each was appended at its own time, ms since the epoch.
   * @param records in the order of their times
   */
  processSamples(records: Iterable<readonly [timeMs: number, record: Effect]>): void {
    for (const [timeMs, record] of records) {
      this.#appendMs = timeMs;
      this.#detectAndAlert(record);
    }
    this.#detect.settle();
    this.#alert.settle();
  }

  #beat(record: LogRecord): void {
    if (isDocument(record)) this.#documents += 1;
    for (const sample of this.#normalised(record)) {
      if (sample.topic === topics.samples) this.#detectAndAlert(sample);
    }
  }

  #detectAndAlert(sample: Effect): void {
    for (const signal of this.#run(this.#detect, sample)) {
      if (signal.topic !== topics.signals) continue;
      for (const { topic, value } of this.#run(this.#alert, signal)) {
        if (topic === topics.alerts) this.#options.onAlert(JSON.parse(String(value)));
      }
    }
  }

  /** Returns the effects of one record of `beats`. An error concerns this record alone, as in the function. */
  #normalised(record: LogRecord): readonly Effect[] {
    try {
      const { effects } = normalise(record, this.#options.settings, defaultLayout);
      const samples = isDocument(record) ? effects.filter(({ topic }) => topic === topics.samples).length : 0;
      this.telemetry.count('samples_made', samples);
      for (const { topic, headers } of effects) {
        if (topic === topics.deadLetters) this.#countLetter('normalise', headers[letterHeader.reason] ?? '');
      }
      return effects;
    } catch (error) {
      this.#countLetter('normalise', rejectionOf(error).reason);
      return [];
    }
  }

  #run(stage: MemoryStage, effect: Effect): readonly Effect[] {
    try {
      return stage.apply(this.#recordOf(effect));
    } catch (error) {
      // Any other error is a defect, which may have changed the state halfway: nothing after it could be trusted.
      if (!(error instanceof RefusedRecordError)) throw error;
      this.#countLetter(stage.name, error.reason);
      return [];
    }
  }

  #recordOf({ topic, key, value, headers }: Effect): LogRecord {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    return { topic, partition: 0, offset: 0, timestampMs: this.#appendMs, key, value: bytes, headers };
  }

  #countLetter(stage: string, reason: string): void {
    this.telemetry.count('dead_letters', 1, { stage, reason });
  }
}

/** A stage with the state of its only partition. */
interface MemoryStage {
  readonly name: string;
  apply(record: LogRecord): readonly Effect[];
  /** Marks all changes as stored. */
  settle(): void;
}

function openStage<State>(step: Step<State>, topic: Topic, settings: Settings): MemoryStage {
  const context: StepContext = { settings, layout: defaultLayout, topic, partition: 0 };
  const state = step.open(new Map(), context);
  return {
    name: step.stage,
    apply: (record) => step.apply(state, record, context),
    settle: () => step.takeChanges(state),
  };
}
