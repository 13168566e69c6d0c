import { type Tick, tickVersion } from '../../functions/shared/domain/signal.ts';
import { header, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { PublishedMessage } from '../../functions/shared/ports/publisher.ts';
import type { PortCall } from './stage-clock.ts';

/** Stages on the way of an alert, in order. */
export const stops = ['normalise', 'detect', 'alert', 'publish', 'notify'] as const;
export type Stop = (typeof stops)[number];

/** A stage's part in a journey. */
export interface Passage {
  /** When the invocation began that had it in hand. */
  readonly invokedMs: number;
  /** When what was made of it was taken: by the log, by SNS, or as delivered. */
  readonly handedOnMs: number;
}

/** The way of one document to one webhook. Moments of `performance.now()`. */
export interface Journey {
  /** When the document was to be appended: what comes late for want of processor time counts. */
  readonly dueMs: number;
  readonly appendedMs: number;
  /** When `signals` took the tick that its anomaly waited for: the first one after the tick that the anomaly names. */
  readonly releasedMs: number;
  /** When the webhook's request came. */
  readonly receivedMs: number;
  readonly passages: Readonly<Record<Stop, Passage>>;
}

interface Begun {
  dueMs: number;
  appendedMs?: number;
  /** The tick that its anomaly names. */
  anomalyTickMs?: number;
  releasedMs?: number;
  receivedMs?: number;
  readonly passages: Partial<Record<Stop, Passage>>;
}

/**
 * Follows documents by their hosts, each of which goes once: told what ports were called, and what came. There is one
 * detect partition, so that each tick on `signals` is passed by all of them.
 */
export class Journeys {
  readonly #byHost = new Map<string, Begun>();
  readonly #hostOfAlert = new Map<string, string>();

  begin(host: string, dueMs: number): void {
    this.#byHost.set(host, { dueMs, passages: {} });
  }

  appended(host: string, atMs: number): void {
    const journey = this.#byHost.get(host);
    if (journey !== undefined) journey.appendedMs = atMs;
  }

  /** @returns whether it is the first of a host that was to come */
  received(host: string, atMs: number): boolean {
    const journey = this.#byHost.get(host);
    if (journey === undefined || journey.receivedMs !== undefined) return false;
    journey.receivedMs = atMs;
    return true;
  }

  readonly onCall = (call: PortCall): void => {
    if (call.call === 'eventLog.append') this.#onAppend(call, call.args[0] as readonly OutgoingRecord[]);
    if (call.call === 'publisher.publish') this.#onPublish(call, call.args[0] as PublishedMessage);
    if (call.call === 'deliveries.acknowledge' && call.stage === 'notify') {
      this.#pass(this.#hostOfAlert.get(call.args[1] as string), 'notify', call);
    }
  };

  /** @throws {Error} if it did not come to its end */
  of(host: string): Journey {
    const begun: Partial<Begun> = this.#byHost.get(host) ?? {};
    const { dueMs, appendedMs, releasedMs, receivedMs, passages = {} } = begun;
    const missing = stops.find((stop) => passages[stop] === undefined);
    if (missing !== undefined) throw new Error(`${host}: its document never came past ${missing}`);
    if (dueMs === undefined || appendedMs === undefined || releasedMs === undefined || receivedMs === undefined) {
      throw new Error(`${host}: its document never came to the end`);
    }
    return { dueMs, appendedMs, releasedMs, receivedMs, passages: passages as Journey['passages'] };
  }

  #onAppend(call: PortCall, records: readonly OutgoingRecord[]): void {
    for (const { topic, value, headers } of records) {
      const stop = stopByTopic[topic];
      if (stop === undefined) continue;
      const holds: Named & Partial<Tick> = JSON.parse(value.toString());
      const host = hostIn(holds);
      this.#pass(host, stop, call);
      if (topic !== topics.signals) continue;
      if (headers[header.schema] === tickVersion) this.#onTick(call, holds.timeMs!);
      else if (host !== undefined) this.#onAnomaly(host, Number(headers[header.tick]));
    }
  }

  #onAnomaly(host: string, tickMs: number): void {
    const journey = this.#byHost.get(host);
    if (journey !== undefined) journey.anomalyTickMs ??= tickMs;
  }

  #onTick({ answeredMs }: PortCall, timeMs: number): void {
    for (const journey of this.#byHost.values()) {
      if (journey.anomalyTickMs !== undefined && timeMs > journey.anomalyTickMs) journey.releasedMs ??= answeredMs;
    }
  }

  #onPublish(call: PortCall, { group, body }: PublishedMessage): void {
    const host = hostIn(JSON.parse(body));
    if (host !== undefined) this.#hostOfAlert.set(group, host);
    this.#pass(host, 'publish', call);
  }

  #pass(host: string | undefined, stop: Stop, { invokedMs, answeredMs }: PortCall): void {
    const passages = host === undefined ? undefined : this.#byHost.get(host)?.passages;
    if (passages !== undefined) passages[stop] ??= { invokedMs, handedOnMs: answeredMs };
  }
}

/** Who hands on what lies there. */
const stopByTopic: Readonly<Record<string, Stop | undefined>> = {
  [topics.samples]: 'normalise',
  [topics.signals]: 'detect',
  [topics.alerts]: 'alert',
};

interface Named {
  readonly entity?: { readonly name: string };
  readonly series?: { readonly entity: { readonly name: string } };
}

/** Of a sample or an alert, or of an anomaly; none of a tick. */
const hostIn = ({ entity, series }: Named): string | undefined => (entity ?? series?.entity)?.name;
