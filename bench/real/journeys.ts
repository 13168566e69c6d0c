import { type Tick, tickVersion } from '../../functions/shared/domain/signal.ts';
import { header, type OutgoingRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { PublishedMessage } from '../../functions/shared/ports/publisher.ts';
import type { PortCall } from './stage-clock.ts';

/** The stages that an alert passes, in order. */
export const stops = ['normalise', 'detect', 'alert', 'publish', 'notify'] as const;
export type Stop = (typeof stops)[number];

/** A stage's part in a journey. */
export interface Passage {
  /** The start of the invocation that processed it. */
  readonly invokedMs: number;
  /** The time at which its result was accepted: by the log, by SNS, or by the receiver. */
  readonly handedOnMs: number;
}

/** The journey of one document to one webhook. All times are of `performance.now()`, ms. */
export interface Journey {
  /** The time at which the document was due to be appended: a delay for want of processor time counts. */
  readonly dueMs: number;
  readonly appendedMs: number;
  /** The time at which the tick was appended to `signals` that its anomaly waited for: the first after the one that it names. */
  readonly releasedMs: number;
  /** The time at which the webhook's request arrived. */
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
 * Follows documents by their hosts, each of which has one journey, from the calls of the ports and the requests that arrive.
 * There is one detect partition, so that one tick on `signals` stands for all partitions.
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

  /** Notes a request. @returns true if it is the first about a host that was expected */
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

  /** Returns a finished journey. @throws {Error} if it did not arrive */
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

/** The stage that writes to each topic. */
const stopByTopic: Readonly<Record<string, Stop | undefined>> = {
  [topics.samples]: 'normalise',
  [topics.signals]: 'detect',
  [topics.alerts]: 'alert',
};

interface Named {
  readonly entity?: { readonly name: string };
  readonly series?: { readonly entity: { readonly name: string } };
}

/** Returns the host of a sample, an alert or an anomaly; `undefined` for a tick. */
const hostIn = ({ entity, series }: Named): string | undefined => (entity ?? series?.entity)?.name;
