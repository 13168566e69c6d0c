import { alertStep } from '../../functions/alert/alert.ts';
import { detectStep } from '../../functions/detect/detect.ts';
import { normalise } from '../../functions/normalise/normalise.ts';
import { ticksBefore } from '../../functions/normalise/ticks.ts';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { heartbeatVersion } from '../../functions/shared/domain/signal.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import type { Effect, LogRecord } from '../../functions/shared/log/record.ts';
import { header } from '../../functions/shared/log/record.ts';
import { onePartitionEach, partitionOf, type Topic, topics } from '../../functions/shared/log/topics.ts';
import type { Blocks, Step, StepContext } from '../../functions/shared/runner/step.ts';

/** A document as it is appended to `beats` at a moment, with its host as the key. */
export interface Appended {
  readonly appendedMs: number;
  readonly host: string;
  readonly document: object;
}

/** The way in which a run is split and mixed. */
export interface Course {
  readonly beats: number;
  readonly samples: number;
  readonly signals: number;
  /** Returns the next number in [0, 1), which decides the partition that continues and the end of a batch. */
  readonly random: () => number;
}

/**
 * The append time of all that the steps write, later than every document: they work off a backlog, so that no partition
 * is left behind. Append times end in 2106.
 */
const backlogEndsMs = Date.UTC(2100, 0, 1);
const heartbeatMs = 10_000;
/** Milliseconds after the last document, enough for minutes to close and for alerts to resolve. */
const tailMs = 150_000;

/**
 * Runs the flow's pure steps over any number of partitions, interleaved in any way, with state that is stored and
 * opened again at any border. The alerts must not depend on any of these.
 */
export function alertsOf(documents: readonly Appended[], settings: Settings, course: Course): Map<string, Alert[]> {
  const flow = new PureFlow(settings, course);
  const beats = flow.beatsOf(documents);
  const samples = flow.through(
    topics.samples,
    beats.map((records) => flow.normalised(records)),
  );
  const signals = flow.through(
    topics.signals,
    samples.map((records, partition) => flow.stepped(detectStep, topics.samples, partition, records)),
  );
  const alerts = signals.flatMap((records, partition) => flow.stepped(alertStep, topics.signals, partition, records));
  const byId = new Map<string, Alert[]>();
  for (const { topic, value } of alerts) {
    if (topic !== topics.alerts) throw new Error(`a record of ${topic} among the alerts: ${value}`);
    const alert: Alert = JSON.parse(String(value));
    byId.set(alert.id, [...(byId.get(alert.id) ?? []), alert]);
  }
  return new Map([...byId].sort(([a], [b]) => (a < b ? -1 : 1)));
}

class PureFlow {
  readonly #settings: Settings;
  readonly #layout: Layout;
  readonly #random: () => number;

  constructor(settings: Settings, { beats, samples, signals, random }: Course) {
    this.#settings = settings;
    this.#random = random;
    const partitions = { [topics.beats]: beats, [topics.samples]: samples, [topics.signals]: signals };
    this.#layout = { partitions: { ...onePartitionEach, ...partitions } };
  }

  /** Returns each partition of `beats` with its documents and heartbeats, in the order of their append times. */
  beatsOf(documents: readonly Appended[]): LogRecord[][] {
    const { [topics.beats]: count } = this.#layout.partitions;
    const [first, last] = [documents[0]?.appendedMs ?? 0, documents.at(-1)?.appendedMs ?? 0];
    return Array.from({ length: count }, (_, partition) => {
      const own = documents.filter(({ host }) => partitionOf(host, count) === partition);
      const records = own.map(({ appendedMs, host, document }) => beat(partition, appendedMs, host, document));
      // The first heartbeat makes live time begin everywhere at once; the last ones let all alerts resolve.
      for (let atMs = first; atMs <= last + tailMs; atMs += heartbeatMs) {
        records.push(beat(partition, atMs, null, undefined));
      }
      records.sort((a, b) => a.timestampMs - b.timestampMs || (a.value === null ? -1 : 1));
      return records.map((record, offset) => ({ ...record, offset }));
    });
  }

  normalised(records: readonly LogRecord[]): Effect[] {
    let beforeMs = 0;
    return records.flatMap((record) => {
      const ticks = ticksBefore(record, beforeMs, this.#layout);
      beforeMs = record.timestampMs;
      return [...ticks, ...normalise(record, this.#settings, this.#layout).effects];
    });
  }

  /** Mixes the outputs of several writers, each in its order, into the partitions of a topic. */
  through(topic: Topic, writers: readonly (readonly Effect[])[]): LogRecord[][] {
    const partitions = Array.from({ length: this.#layout.partitions[topic] }, (): LogRecord[] => []);
    const queues = writers.map((effects) => effects.filter((effect) => effect.topic === topic).values());
    const live = [...queues];
    while (live.length > 0) {
      const at = Math.floor(this.#random() * live.length);
      for (let burst = Math.floor(this.#random() * 40); burst >= 0; burst -= 1) {
        const { value: effect, done } = live[at]!.next();
        if (done || effect === undefined) {
          live.splice(at, 1);
          break;
        }
        const partition = effect.partition ?? partitionOf(effect.key, partitions.length);
        partitions[partition]!.push(recordOf(effect, partition, partitions[partition]!.length));
      }
    }
    return partitions;
  }

  /** Runs a step over a partition in batches of any size, sometimes on a state that was stored and opened again. */
  stepped<State>(step: Step<State>, topic: Topic, partition: number, records: readonly LogRecord[]): Effect[] {
    const context: StepContext = { settings: this.#settings, layout: this.#layout, topic, partition };
    const effects: Effect[] = [];
    let blocks: Blocks = new Map();
    let state = step.open(blocks, context);
    for (const record of records) {
      effects.push(...step.apply(state, record, context));
      if (this.#random() > 0.003) continue;
      blocks = stored(blocks, step.takeChanges(state));
      state = step.open(blocks, context);
    }
    return effects;
  }
}

function beat(partition: number, timestampMs: number, host: string | null, document: object | undefined): LogRecord {
  const isHeartbeat = document === undefined;
  return {
    topic: topics.beats,
    partition,
    offset: 0,
    timestampMs,
    key: host,
    value: isHeartbeat ? null : Buffer.from(JSON.stringify(document)),
    headers: isHeartbeat ? { [header.schema]: heartbeatVersion } : {},
  };
}

function recordOf({ topic, key, value, headers }: Effect, partition: number, offset: number): LogRecord {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { topic, partition, offset, timestampMs: backlogEndsMs + offset, key, value: bytes, headers };
}

function stored(before: Blocks, changes: ReadonlyMap<string, Uint8Array | null>): Map<string, Uint8Array> {
  const blocks = new Map(before);
  for (const [name, bytes] of changes) {
    if (bytes === null) blocks.delete(name);
    else blocks.set(name, bytes);
  }
  return blocks;
}
