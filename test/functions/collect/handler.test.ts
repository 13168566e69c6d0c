import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCollect } from '../../../functions/collect/handler.ts';
import { embeddedSecrets } from '../../../functions/shared/adapters/secrets/embedded.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { onePartitionEach, topics } from '../../../functions/shared/log/topics.ts';
import type { EventLog } from '../../../functions/shared/ports/event-log.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { parseSettings } from '../../../settings/file.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { MemoryLog } from '../../support/memory-ports.ts';
import { FakeStorage } from './storage/fake-storage.ts';

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
});
afterEach(() => storage.close());

const nowMs = 1_795_849_830_000;
/** A message that was due before now. */
const message = (target: string, lateMs = 0) => ({
  messageId: target,
  body: JSON.stringify({ target, delaySeconds: 20 }),
  attributes: { SentTimestamp: String(nowMs - 20_000 - lateMs) },
});
const eventOf = (...records: readonly object[]) => ({ Records: records }) as unknown as SQSEvent;

function open(target: string, eventLog: EventLog, rest = '') {
  const telemetry = new MemoryTelemetry(
    () => {},
    () => '',
  );
  const settings = parseSettings(`collect: [{ target: "${target}"${rest} }]\n`, 'offbeat.yaml');
  const collect = createCollect({
    settings,
    eventLog,
    telemetry,
    layout: { partitions: onePartitionEach },
    secrets: embeddedSecrets({}),
    clock: { nowMs: () => nowMs, random: () => 0.5 },
  });
  return { invoke: (event: SQSEvent) => collect(event, lambdaContext()), telemetry };
}

const away: EventLog = {
  append: () => Promise.reject(new UnavailableError('Kafka: no answer')),
  earliestOffset: async () => 0,
};
const target = async () => `moosefs://127.0.0.1:${await storage.master('3.0.117/normal')}`;

describe('collect', () => {
  it('appends the documents of the target that a message names, with the host as their key', async () => {
    const [log, address] = [new MemoryLog(), await target()];
    const { invoke, telemetry } = open(address, log);
    expect(await invoke(eventOf(message(address)))).toEqual({ batchItemFailures: [] });
    const records = log.records(topics.beats, 0);
    expect([records.length, new Set(records.map(({ key }) => key)).size, telemetry.counts()]).toEqual([11, 1, {}]);
    expect(JSON.parse(records[0]!.value!.toString())).toMatchObject({ event: { dataset: 'moosefs.master' } });
  });

  it('collects in its period, and counts a message that comes later', async () => {
    const [log, address] = [new MemoryLog(), await target()];
    const { invoke, telemetry } = open(address, log, ', period: 30s');
    await invoke(eventOf(message(address, 30_001)));
    expect([log.records(topics.beats, 0).length, telemetry.counts()]).toEqual([0, { collections_missed: 1 }]);
    await invoke(eventOf(message(address, 30_000)));
    expect(log.records(topics.beats, 0)).toHaveLength(11);
  });

  it('removes a message about a target that the settings no longer have', async () => {
    const log = new MemoryLog();
    const { invoke, telemetry } = open(await target(), log);
    expect(await invoke(eventOf(message('moosefs://gone')))).toEqual({ batchItemFailures: [] });
    expect([log.records(topics.beats, 0).length, telemetry.counts()]).toEqual([0, {}]);
  });

  it('receives a message again if the log does not answer', async () => {
    const address = await target();
    const { invoke, telemetry } = open(address, away);
    expect(await invoke(eventOf(message(address)))).toEqual({ batchItemFailures: [{ itemIdentifier: address }] });
    expect(telemetry.counts()).toEqual({ 'failures{reason=UNAVAILABLE,stage=collect}': 1 });
  });

  it('counts documents that the log refuses', async () => {
    const address = await target();
    const refusing: EventLog = { ...away, append: async () => [{ index: 1, reason: 'message too large' }] };
    const { invoke, telemetry } = open(address, refusing);
    expect(await invoke(eventOf(message(address)))).toEqual({ batchItemFailures: [] });
    expect(telemetry.counts()).toEqual({ 'failures{reason=REFUSED,stage=collect}': 1 });
  });

  it.each(['no JSON', '{}', '{"target":1,"delaySeconds":0}', '{"target":"a","delaySeconds":1e9}'])(
    'fails for a message that no schedule sends: %s',
    async (body) => {
      const { invoke } = open(await target(), new MemoryLog());
      const failing = invoke(eventOf({ ...message('a'), body }));
      await expect(failing).rejects.toThrow('message a: expected {"target": …, "delaySeconds": …}');
    },
  );

  it('fails if a password cannot be read, so that the alarm about its errors is raised', async () => {
    const { invoke } = open('kafka://ada@127.0.0.1:9', new MemoryLog(), ', password: "env:NOT_SET"');
    await expect(invoke(eventOf(message('kafka://ada@127.0.0.1:9')))).rejects.toThrow('env:NOT_SET');
  });
});
