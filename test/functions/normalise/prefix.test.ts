import { describe, expect, it } from 'vitest';
import { createNormalise } from '../../../functions/normalise/handler.ts';
import { kafkaPrefix } from '../../../functions/shared/environment/server-variables.ts';
import { answering, polling } from '../../../functions/shared/handler/polling.ts';
import { encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { beat, metricbeat } from './beats.ts';

/** Two beats and a text that is none. */
const beats: readonly LogRecord[] = [
  beat(metricbeat('system.load', { system: { load: { 1: 1 } } }), {}, 7),
  beat('{torn', {}, 8),
  beat(metricbeat('system.load', { system: { load: { 1: 3 } } }), {}, 9),
];

/** Invokes the function once as Lambda does, and returns its answer and everything that it wrote. */
async function normalised(prefix: string | undefined, records: readonly LogRecord[]) {
  const ports = memoryPorts();
  const env = { [polling]: 'provisioned', ...(prefix && { [kafkaPrefix]: prefix }) };
  const { telemetry } = ports;
  const handler = answering(env, { stage: 'normalise', telemetry }, createNormalise(ports));
  const named = records.map((record) => ({ ...record, topic: prefix ? `${prefix}.${record.topic}` : record.topic }));
  const answer = await handler(encodeKafkaEvent(named), lambdaContext());
  const appended = Object.values(topics).flatMap((topic) => ports.eventLog.records(topic));
  const items = [];
  // The attempt is a random name.
  for (const key of await ports.ledger.keys()) items.push([key, { ...(await ports.ledger.read(key)), attempt: '' }]);
  return { answer, appended, items };
}

describe('normalise in a deployment with a prefix', () => {
  it('writes the same samples, dead letters and ledger items as without one', async () => {
    const [plain, prefixed] = [await normalised(undefined, beats), await normalised('team-a', beats)];
    expect(prefixed).toEqual(plain);
    expect(prefixed.appended.length).toBeGreaterThan(2);
    expect(prefixed.items).toMatchObject([[{ stage: 'normalise', topic: 'offbeat.beats', partition: 0 }, {}]]);
    expect(JSON.stringify(prefixed)).not.toContain('team-a');
  });

  it('names the partition as Lambda sent it where it asks for its records again', async () => {
    const skipped = beats.map((record, nth) => (nth === 2 ? { ...record, topic: 'other' } : record));
    const { answer } = await normalised('team-a', skipped);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: { partition: 'team-a.other-0', offset: 9 } }] });
  });
});
