import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAlert } from '../../../functions/alert/handler.ts';
import type { KafkaEvent } from '../../../functions/shared/domain/kafka-event.ts';
import { topics } from '../../../functions/shared/domain/topics.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

/** What the function sends for an event of `events/`, handed in as often as told. */
async function invoke(name: string, times = 1): Promise<string[]> {
  const ports = memoryPorts();
  const file = new URL(`../../../events/alert.${name}.json`, import.meta.url);
  const event: KafkaEvent = JSON.parse(readFileSync(file, 'utf8'));
  const handler = createAlert(ports);
  for (let nth = 0; nth < times; nth += 1) await handler(event, lambdaContext());
  expect(ports.eventLog.records(topics.deadLetters)).toEqual([]);
  return ports.eventLog.records(topics.alerts).map(({ value }) => {
    const { transition, notify } = JSON.parse(String(value));
    return `${transition}, ${notify ? 'told' : 'muted'}`;
  });
}

describe('the alert function', () => {
  it.each([
    ['anomaly-opens', []],
    ['critical', ['opened, told']],
    ['tick', ['opened, told']],
    ['ack', ['opened, told', 'acknowledged, told']],
    ['silence', ['opened, muted']],
    ['replay-end', ['opened, told', 'resolved, told']],
  ])('answers %s', async (name, said) => {
    expect(await invoke(name)).toEqual(said);
  });

  it('says nothing more when an event comes a second time', async () => {
    expect(await invoke('ack', 2)).toEqual(await invoke('ack'));
  });
});
