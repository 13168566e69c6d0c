import { describe, expect, it } from 'vitest';
import { Journeys } from '../../../bench/real/journeys.ts';
import type { PortCall } from '../../../bench/real/stage-clock.ts';
import { liveScope } from '../../../functions/shared/domain/sample.ts';
import { tickVersion } from '../../../functions/shared/domain/signal.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';

const entity = { cluster: 'c', kind: 'host', name: 'node-a' };

const anomalyOf = (tickMs: number): Appended => [
  topics.signals,
  { series: { entity } },
  { [header.tick]: String(tickMs) },
];
const tickAt = (timeMs: number): Appended => [
  topics.signals,
  { scope: liveScope, timeMs },
  { [header.schema]: tickVersion },
];

type Appended = readonly [topic: string, value: object, headers?: Readonly<Record<string, string>>];

function append(invokedMs: number, ...appended: readonly Appended[]): PortCall {
  const records = appended.map(([topic, value, headers = {}]) => ({
    topic,
    value: Buffer.from(JSON.stringify(value)),
    headers,
  }));
  return { stage: 'any', call: 'eventLog.append', args: [records], invokedMs, answeredMs: invokedMs + 1 };
}

function publish(invokedMs: number): PortCall {
  const message = { group: 'alert-1', body: JSON.stringify({ entity }) };
  return { stage: 'publish', call: 'publisher.publish', args: [message], invokedMs, answeredMs: invokedMs + 1 };
}

function acknowledge(stage: string, invokedMs: number): PortCall {
  const args = ['bench', 'alert-1', 1, 'owner'];
  return { stage, call: 'deliveries.acknowledge', args, invokedMs, answeredMs: invokedMs + 1 };
}

describe('the journey of a document', () => {
  it('is followed by its host through every stage', () => {
    const journeys = new Journeys();
    journeys.begin('node-a', 1);
    journeys.appended('node-a', 2);
    journeys.onCall(append(10, [topics.samples, { entity }]));
    journeys.onCall(append(15, [topics.summaries, { entity }]));
    journeys.onCall(append(20, tickAt(2_000), anomalyOf(2_000)));
    journeys.onCall(append(25, tickAt(4_000)));
    journeys.onCall(append(30, [topics.alerts, { entity }]));
    journeys.onCall(publish(40));
    journeys.onCall(acknowledge('publish', 40));
    expect(journeys.received('node-a', 55)).toBe(true);
    journeys.onCall(acknowledge('notify', 50));
    expect(journeys.of('node-a')).toEqual({
      dueMs: 1,
      appendedMs: 2,
      releasedMs: 26,
      receivedMs: 55,
      passages: {
        normalise: { invokedMs: 10, handedOnMs: 11 },
        detect: { invokedMs: 20, handedOnMs: 21 },
        alert: { invokedMs: 30, handedOnMs: 31 },
        publish: { invokedMs: 40, handedOnMs: 41 },
        notify: { invokedMs: 50, handedOnMs: 51 },
      },
    });
  });

  it('does not wait for a tick that is appended with its anomaly', () => {
    const journeys = new Journeys();
    journeys.begin('node-a', 1);
    journeys.appended('node-a', 2);
    journeys.onCall(append(10, [topics.samples, { entity }]));
    journeys.onCall(append(20, anomalyOf(2_000), tickAt(4_000)));
    journeys.onCall(append(25, tickAt(6_000)));
    journeys.onCall(append(30, [topics.alerts, { entity }]));
    journeys.onCall(publish(40));
    journeys.onCall(acknowledge('notify', 50));
    journeys.received('node-a', 55);
    expect(journeys.of('node-a').releasedMs).toBe(journeys.of('node-a').passages.detect.handedOnMs);
  });

  it('is its first way: repeated calls change nothing', () => {
    const journeys = new Journeys();
    journeys.begin('node-a', 1);
    expect([journeys.received('node-a', 5), journeys.received('node-a', 6)]).toEqual([true, false]);
  });

  it('does not end with the sample of another host', () => {
    const journeys = new Journeys();
    journeys.begin('node-a', 1);
    journeys.onCall(append(20, tickAt(1)));
    journeys.onCall(append(20, [topics.samples, { entity: { ...entity, name: 'node-b' } }]));
    expect(journeys.received('node-b', 5)).toBe(false);
    expect(() => journeys.of('node-b')).toThrow('node-b');
  });

  it('that did not end names the last stage that it passed', () => {
    const journeys = new Journeys();
    journeys.begin('node-a', 1);
    journeys.appended('node-a', 2);
    journeys.onCall(append(10, [topics.samples, { entity }]));
    expect(() => journeys.of('node-a')).toThrow('node-a: its document never came past detect');
  });
});
