import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAlert } from '../../../functions/alert/handler.ts';
import type { KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

type KafkaRecord = KafkaEvent['records'][string][number];

/**
 * Invokes the function with an event of `events/`, `times` times with the same event.
 * @returns each alert and each silence that it appends, in words
 */
async function invoke(name: string, times = 1, isKept: (record: KafkaRecord) => boolean = () => true) {
  const ports = memoryPorts();
  const file = new URL(`../../../events/alert.${name}.json`, import.meta.url);
  const whole: KafkaEvent = JSON.parse(readFileSync(file, 'utf8'));
  const kept = Object.entries(whole.records).map(([source, records]) => [
    source,
    records.filter(isKept).map((record, offset) => ({ ...record, offset })),
  ]);
  const event: KafkaEvent = { ...whole, records: Object.fromEntries(kept) };
  const handler = createAlert(ports);
  for (let nth = 0; nth < times; nth += 1) await handler(event, lambdaContext());
  expect(ports.eventLog.records(topics.deadLetters)).toEqual([]);
  return ports.eventLog.records(topics.alerts).map(({ value }) => {
    const { transition, notify, state } = JSON.parse(String(value));
    return transition === undefined ? `silence ${state}` : `${transition}, ${notify ? 'sent' : 'muted'}`;
  });
}

describe('the alert function', () => {
  it.each([
    ['anomaly-opens', []],
    ['critical', ['opened, sent']],
    ['tick', ['opened, sent']],
    ['ack', ['opened, sent', 'acknowledged, sent']],
    ['silence', ['silence active', 'opened, muted']],
    ['silence-then-critical', ['silence active', 'opened, muted']],
    ['silence-from-tick-then-critical', ['silence active', 'opened, muted']],
    ['replay-end', ['opened, sent', 'resolved, sent']],
  ])('appends the expected records for the event %s', async (name, expected) => {
    expect(await invoke(name)).toEqual(expected);
  });

  it('sends the critical anomaly of silence-then-critical if the silence is left out', async () => {
    const withoutCommand = ({ headers }: KafkaRecord) => !headers?.some((one) => 'offbeat-id' in one);
    expect(await invoke('silence-then-critical', 1, withoutCommand)).toEqual(['opened, sent']);
  });

  it('appends nothing more when the same event is handed in a second time', async () => {
    expect(await invoke('ack', 2)).toEqual(await invoke('ack'));
  });
});
