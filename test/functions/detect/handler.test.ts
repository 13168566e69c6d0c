import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDetect } from '../../../functions/detect/handler.ts';
import type { KafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

/** Returns the effects of an event of `events/` that is passed to the function this many times. */
async function invoke(name: string, times = 1): Promise<{ topic: string; schema: string; value: unknown }[]> {
  const ports = memoryPorts();
  const file = new URL(`../../../events/detect.${name}.json`, import.meta.url);
  const event: KafkaEvent = JSON.parse(readFileSync(file, 'utf8'));
  const handler = createDetect(ports);
  for (let nth = 0; nth < times; nth += 1) await handler(event, lambdaContext());
  return [topics.summaries, topics.signals, topics.deadLetters].flatMap((topic) =>
    ports.eventLog.records(topic).map(({ headers, value }) => ({
      topic,
      schema: headers[header.schema] ?? 'none',
      value: JSON.parse(String(value)),
    })),
  );
}

describe('the detect function', () => {
  it('emits an anomaly for each series of an overloaded disk', async () => {
    const sent = (await invoke('samples')).filter(({ schema }) => schema === 'anomaly/2');
    expect(sent.map(({ value }) => value)).toMatchObject([
      { state: 'open', series: { metric: 'system.diskio.write.bytes', dimensions: { device: 'sdb' } } },
      { state: 'open', series: { metric: 'system.diskio.write.count', dimensions: { device: 'sdb' } } },
    ]);
  });

  it('closes the minute at a tick, then passes the tick on', async () => {
    expect(await invoke('tick')).toMatchObject([
      { schema: 'summary/1', value: { metrics: { 'system.diskio.io.time': { avg: 50, count: 1 } } } },
      { schema: 'tick/1', value: { scope: 'live', detectPartition: 0, detectPartitions: 1 } },
    ]);
  });

  it("passes a replay's end on", async () => {
    expect((await invoke('replay-end')).map(({ schema }) => schema)).toEqual(['tick/1', 'end/1']);
  });

  it('does not make a rate of a counter that was reset', async () => {
    expect((await invoke('counter-reset'))[0]?.value).toMatchObject({
      metrics: { 'system.diskio.write.bytes': { min: 100_000, max: 100_000, count: 2 } },
    });
  });

  it('emits nothing for an event that it receives a second time', async () => {
    expect(await invoke('samples', 2)).toEqual(await invoke('samples'));
  });
});
