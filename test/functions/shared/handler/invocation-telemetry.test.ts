import { describe, expect, it } from 'vitest';
import { createApi } from '../../../../functions/api/handler.ts';
import { type DeliveryKey, newDelivery } from '../../../../functions/shared/domain/delivery.ts';
import { kafkaHandler } from '../../../../functions/shared/handler/kafka-handler.ts';
import { queueHandler } from '../../../../functions/shared/handler/queue-handler.ts';
import { encodeKafkaEvent } from '../../../../functions/shared/log/kafka-event.ts';
import { silentTelemetry, type Telemetry } from '../../../../functions/shared/ports/telemetry.ts';
import type { Warehouse } from '../../../../functions/shared/ports/warehouse.ts';
import { createSweep } from '../../../../functions/sweep/handler.ts';
import { toApiGateway } from '../../../../local/http/api-gateway.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';
import { memoryPorts } from '../../../support/memory-ports.ts';
import { health as allWell } from '../../api/api-on-store.ts';

const clock = { nowMs: () => 0, random: () => 0 };
const record = { topic: 't', partition: 0, offset: 0, timestampMs: 0, key: null, value: null, headers: {} };
const health = toApiGateway({
  method: 'GET',
  path: '/api/health',
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.alloc(0),
});

type Work = () => Promise<never[]>;
type Invoke = (telemetry: Telemetry, work: Work, remainingMs?: number) => Promise<unknown>;

/** Every kind of shell, invoked once around the same work. */
const shells: readonly [string, Invoke][] = [
  [
    'a topic',
    (telemetry, work, remainingMs) => {
      const handler = kafkaHandler('detect', telemetry, async () => void (await work()));
      return handler(encodeKafkaEvent([record]), lambdaContext(remainingMs));
    },
  ],
  [
    'a queue',
    (telemetry, work, remainingMs) => {
      const handler = queueHandler('notify', telemetry, work);
      return handler({ Records: [] }, lambdaContext(remainingMs));
    },
  ],
  [
    'the sweep',
    (telemetry, work, remainingMs) => {
      const ports = memoryPorts();
      ports.ledger.keys = work;
      return createSweep({ ...ports, telemetry, clock })({}, lambdaContext(remainingMs));
    },
  ],
  [
    'the api',
    (telemetry, work, remainingMs) => {
      const answer = async () => {
        await work();
        return allWell;
      };
      const deliveries = { unsettled: async () => [], read: async (key: DeliveryKey) => newDelivery(key) };
      const unread = { warehouse: {} as Warehouse, deliveries };
      const api = createApi({ ...memoryPorts(), ...unread, telemetry, clock, health: answer });
      return api(health, lambdaContext(remainingMs));
    },
  ],
];

function recording(): { telemetry: Telemetry; calls: string[] } {
  const calls: string[] = [];
  const telemetry: Telemetry = {
    ...silentTelemetry,
    begin: ({ awsRequestId }) => void calls.push(`begin ${awsRequestId}`),
    count: (metric) => void calls.push(metric),
    flush: () => void calls.push('flush'),
  };
  return { telemetry, calls };
}

describe.each(shells)('an invocation of %s', (_name, invoke) => {
  it('an invocation is flushed once, after its work', async () => {
    const { telemetry, calls } = recording();
    await invoke(telemetry, async () => {
      telemetry.count('documents_written');
      return [];
    });
    expect(calls).toEqual(['begin test', 'documents_written', 'flush']);
  });

  it('a failed invocation is flushed once, after the failure was counted', async () => {
    const { telemetry, calls } = recording();
    await invoke(telemetry, () => Promise.reject(new Error('no'))).catch(() => {});
    expect(calls).toEqual(['begin test', 'failures', 'flush']);
  });

  it('an invocation is flushed before Lambda ends it', async () => {
    const { telemetry, calls } = recording();
    await invoke(telemetry, () => new Promise(() => {}), 1).catch(() => {});
    expect(calls).toEqual(['begin test', 'failures', 'flush']);
  });
});
