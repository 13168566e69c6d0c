import { expect, it, vi } from 'vitest';
import { createPublish } from '../../../functions/publish/handler.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { alertOf } from '../../support/alerts.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

vi.mock('../../../functions/shared/domain/fit-alert.ts', () => ({
  fitAlert(alert: Alert): Alert {
    if (alert.id === 'poison') throw new TypeError('a defect of ours');
    return alert;
  },
}));

const record = (alert: Alert, offset: number): LogRecord => ({
  topic: topics.alerts,
  partition: 0,
  offset,
  timestampMs: 1_000_000,
  key: alert.id,
  value: Buffer.from(JSON.stringify(alert)),
  headers: { [header.schema]: 'alert/1' },
});

it('publish makes a dead letter of an alert on which it fails itself, and sends those beside it', async () => {
  const clock = new ManualClock();
  const store = openStore(':memory:', defaultLayout, clock);
  const telemetry = new MemoryTelemetry(() => {});
  const publish = createPublish({ ...store, deadLetters: store.eventLog, layout: defaultLayout, clock, telemetry });
  const batch = ['a', 'poison', 'b'].map((id, offset) => record(alertOf({ id }), offset));
  await publish(encodeKafkaEvent(batch), lambdaContext());

  const sent = store.queue.receive(10, clock.nowMs(), 1_000).map(({ body }) => JSON.parse(JSON.parse(body).Message).id);
  expect(sent.sort()).toEqual(['a', 'b']);
  expect(
    store.broker.read(topics.deadLetters, 0, 0, { recordsMax: 100, bytesMax: 1e6 }).map(({ headers }) => headers),
  ).toMatchObject([
    {
      [letterHeader.offset]: '1',
      [letterHeader.reason]: 'step failed',
      [letterHeader.detail]: 'TypeError: a defect of ours',
    },
  ]);
  expect(telemetry.counts()).toMatchObject({
    'published{outcome=sent}': 2,
    'published{outcome=dead letter}': 1,
    'records_failed{stage=publish}': 1,
  });
});
