import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { createPublish, type PublishPorts } from '../../../functions/publish/handler.ts';
import { type Alert, alertVersion } from '../../../functions/shared/domain/alert.ts';
import { newDelivery } from '../../../functions/shared/domain/delivery.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { PublishedMessage, Publisher } from '../../../functions/shared/ports/publisher.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { openStore, type Store } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { alertOf } from '../../support/alerts.ts';
import { Crash, type Decide, failOnce, withFaults } from '../../support/faults.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { patience } from '../../support/patience.ts';

const away = new UnavailableError('SNS is away');
function record(value: unknown, offset = 0, schema: string = alertVersion): LogRecord {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  return {
    topic: topics.alerts,
    partition: 0,
    offset,
    timestampMs: 1_000_000,
    key: 'k3Jd82hLmQ0vTnXyRz5cWb7pAe',
    value: bytes,
    headers: { [header.schema]: schema },
  };
}

const batchOf = (...alerts: readonly Alert[]): LogRecord[] => alerts.map((alert, nth) => record(alert, nth));

const deliveryOf = ({ deliveryStore, publisher }: Store) =>
  deliveryStore.changeDelivery({ receiver: publisher.name, alertId: alertOf().id }, (item) => ({ answer: item }));

function open() {
  const clock = new ManualClock();
  const store = openStore(':memory:', defaultLayout, clock);
  const telemetry = new MemoryTelemetry(() => {});
  const sent: PublishedMessage[] = [];
  const ports: PublishPorts = {
    ...store,
    publisher: {
      name: store.publisher.name,
      async publish(message, signal) {
        await store.publisher.publish(message, signal);
        sent.push(message);
      },
    },
    deadLetters: store.eventLog,
    layout: defaultLayout,
    clock,
    telemetry,
  };
  return {
    ports,
    clock,
    store,
    sent,
    ids: () => sent.map(({ id }) => id),
    outcomes: () =>
      Object.fromEntries(
        Object.entries(telemetry.counts()).flatMap(([name, count]) =>
          [...name.matchAll(/^published\{outcome=(.*)\}$/g)].map(([, outcome]) => [outcome, count]),
        ),
      ),
    deadLetters: () => store.broker.read(topics.deadLetters, 0, 0, { recordsMax: 100, bytesMax: 1e6 }),
    /** One invocation by a worker of its own. */
    async publish(records: readonly LogRecord[], decide: Decide = () => undefined, remainingMs = 60_000) {
      const handler = createPublish({
        ...ports,
        publisher: withFaults('publisher', ports.publisher, decide),
        deliveries: withFaults('deliveries', ports.deliveries, decide),
        deadLetters: withFaults('deadLetters', ports.deadLetters, decide),
      });
      await handler(encodeKafkaEvent(records), lambdaContext(remainingMs));
    },
  };
}

describe('publish', () => {
  it('publish sends each transition that receivers get, once, in order', async () => {
    const { publish, ids, outcomes } = open();
    const batch = batchOf(alertOf({ revision: 1 }), alertOf({ id: 'other' }), alertOf({ revision: 2 }));
    await publish(batch);
    expect(ids()).toEqual(['k3Jd82hLmQ0vTnXyRz5cWb7pAe:1', 'other:1', 'k3Jd82hLmQ0vTnXyRz5cWb7pAe:2']);
    await publish(batch.slice(1));
    expect(ids()).toHaveLength(3);
    expect(outcomes()).toEqual({ sent: 3, acknowledged: 2 });
  });

  it('publish sends messages that notify can read from the queue behind the topic', async () => {
    const { publish, store, clock } = open();
    await publish(batchOf(alertOf()));
    const [message] = store.queue.receive(10, clock.nowMs(), 1_000);
    expect(JSON.parse(JSON.parse(message!.body).Message)).toEqual(alertOf());
  });

  it('publish does not send a transition that receivers do not get', async () => {
    const { publish, ids, outcomes, store } = open();
    await publish(batchOf(alertOf({ notify: false })));
    expect(ids()).toEqual([]);
    expect(outcomes()).toEqual({ 'nothing to send': 1 });
    expect(await deliveryOf(store)).toEqual(newDelivery({ receiver: store.publisher.name, alertId: alertOf().id }));
  });

  it('publish skips a silence, and sends the alert after it', async () => {
    const { publish, ids, outcomes, deadLetters } = open();
    const silence = record({ id: 'silence-1', state: 'active' }, 0, 'silence/1');
    await publish([silence, record(alertOf(), 1)]);
    expect(ids()).toEqual(['k3Jd82hLmQ0vTnXyRz5cWb7pAe:1']);
    expect(outcomes()).toEqual({ 'nothing to send': 1, sent: 1 });
    expect(deadLetters()).toEqual([]);
  });

  it('publish does not send a transition after a newer one of its alert', async () => {
    const { publish, ids, outcomes } = open();
    await publish(batchOf(alertOf({ revision: 2 }), alertOf({ revision: 1 })));
    expect(ids()).toEqual(['k3Jd82hLmQ0vTnXyRz5cWb7pAe:2']);
    expect(outcomes()).toEqual({ sent: 1, superseded: 1 });
  });

  it('the batch is retried while another worker is publishing the alert', async () => {
    const { publish, ids, store, clock } = open();
    const key = { receiver: store.publisher.name, alertId: alertOf().id };
    const held = { revision: 1, owner: 'other', nowMs: clock.nowMs() };
    const ofOther = { ...held, leaseMs: 1_000, receivedMs: clock.nowMs(), healthySinceMs: 0 };
    await store.deliveries.claim(key, ofOther);
    await expect(publish(batchOf(alertOf()))).rejects.toThrow(/another worker is publishing/);
    expect(ids()).toEqual([]);
    clock.timeMs += 1_000;
    await publish(batchOf(alertOf()));
    expect(ids()).toHaveLength(1);
  });

  it("the lease outlasts the rest of the function's time", async () => {
    const { publish, ids, clock } = open();
    const died = new Crash();
    // The worker is dead: neither the acknowledgement nor the end of the lease is written.
    await expect(
      publish(batchOf(alertOf()), failOnce('deliveries.acknowledge', 'before', died), 33_000),
    ).rejects.toThrow(died);
    clock.timeMs += 33_000;
    await expect(publish(batchOf(alertOf()))).rejects.toThrow(UnavailableError);
    expect(ids()).toHaveLength(1);
  });

  it('publish begins no send that does not fit into the time left, its record included', async () => {
    const { publish, ids, store } = open();
    // 10 s for SNS and 2 s for the record.
    await expect(publish(batchOf(alertOf()), undefined, 11_999)).rejects.toThrow(
      /11999 ms are left, and a send needs 12000/,
    );
    expect(ids()).toEqual([]);
    expect(await deliveryOf(store)).toEqual(newDelivery({ receiver: store.publisher.name, alertId: alertOf().id }));
    await publish(batchOf(alertOf()), undefined, 12_000);
    expect(ids()).toHaveLength(1);
  });

  it('publish stops at a transition that SNS did not accept, and releases it for the next worker', async () => {
    const { publish, ids } = open();
    const batch = batchOf(...[1, 2, 3].map((revision) => alertOf({ id: 'a', revision })));
    await expect(publish(batch, failOnce('publisher.publish', 'before', away, 2))).rejects.toThrow(away);
    expect(ids()).toEqual(['a:1']);
    await publish(batch);
    expect(ids()).toEqual(['a:1', 'a:2', 'a:3']);
  });

  it('publish sends the transitions of ten alerts at the same time, and none twice when the batch is retried', async () => {
    const { ports, publish, ids } = open();
    const batch = batchOf(...Array.from({ length: 12 }, (_, nth) => alertOf({ id: `alert-${nth}` })));
    const begun: string[] = [];
    const answered = Promise.withResolvers<void>();
    const publisher: Publisher = {
      name: ports.publisher.name,
      async publish(message, signal) {
        begun.push(message.id);
        await answered.promise;
        if (message.id === 'alert-3:1') throw away;
        await ports.publisher.publish(message, signal);
      },
    };
    const invoked = createPublish({ ...ports, publisher })(encodeKafkaEvent(batch), lambdaContext());
    await vi.waitFor(() => expect(begun).toHaveLength(10), patience);
    answered.resolve();
    await expect(invoked).rejects.toThrow(away);
    await publish(batch);
    expect([...ids()].sort()).toEqual(Array.from({ length: 12 }, (_, nth) => `alert-${nth}:1`).sort());
  });

  it('publish tries until it succeeds, and never gives up', async () => {
    const { publish, ids } = open();
    for (let tries = 0; tries < 20; tries += 1) {
      await expect(publish(batchOf(alertOf()), failOnce('publisher.publish', 'before', away))).rejects.toThrow(away);
    }
    await publish(batchOf(alertOf()));
    expect(ids()).toHaveLength(1);
  });

  it('publish ends a send when the time of its invocation is over', async () => {
    const { ports } = open();
    const ended = Promise.withResolvers<DOMException>();
    const publisher: Publisher = {
      name: 'topic',
      async publish(_, signal) {
        await once(signal, 'abort');
        ended.resolve(signal.reason);
        throw away;
      },
    };
    // The clock is read by publish first, which begins, and then by middy, which ends the invocation 5 ms before its time.
    const remaining = [60_000];
    const context = { ...lambdaContext(), getRemainingTimeInMillis: () => remaining.pop() ?? 10 };
    const invoked = createPublish({ ...ports, publisher })(encodeKafkaEvent(batchOf(alertOf())), context);
    await expect(invoked).rejects.toThrow();
    // The time-out of the send would be a TimeoutError ten seconds later.
    expect((await ended.promise).name).toBe('AbortError');
  });
});

describe('a record of alerts that cannot be published', () => {
  it('a record that cannot be published becomes a dead letter with its bytes, and those beside it are sent', async () => {
    const { publish, ids, outcomes, deadLetters } = open();
    const poison = Buffer.from([0xff, 0x7b]);
    await publish([
      record(alertOf({ id: 'a' }), 0),
      record(poison, 1),
      record(alertOf({ id: 'b' }), 2, 'alert/2'),
      record({ ...alertOf({ id: 'b' }), revision: 0 }, 3),
      record(alertOf({ id: 'c', headline: 'x'.repeat(300_000) }), 4),
      record(alertOf({ id: 'd' }), 5),
    ]);
    expect(ids()).toEqual(['a:1', 'd:1']);
    expect(outcomes()).toEqual({ sent: 2, 'dead letter': 4 });
    expect(
      deadLetters().map(({ headers }) => [
        headers[letterHeader.offset],
        headers[letterHeader.stage],
        headers[letterHeader.reason],
      ]),
    ).toEqual([
      ['1', 'publish', 'not JSON'],
      ['2', 'publish', 'unknown schema'],
      ['3', 'publish', 'not an alert'],
      ['4', 'publish', 'message too large'],
    ]);
    expect(deadLetters()[0]?.value).toEqual(poison);
    expect(deadLetters()[2]?.headers[letterHeader.detail]).toContain('revision');
  });

  it('a repeated record becomes a letter with the same position, by which its reader recognises it', async () => {
    const { publish, deadLetters } = open();
    const batch = [record('hello', 7)];
    await expect(publish(batch, failOnce('deadLetters.append', 'after', new Crash()))).rejects.toThrow(Crash);
    await publish(batch);
    const positions = deadLetters().map(({ headers }) => headers[header.position]);
    expect(positions).toEqual(['publish/offbeat.alerts/0 0 7 0', 'publish/offbeat.alerts/0 0 7 0']);
  });

  it('the batch is retried if the letter cannot be appended, and the other alerts are sent nevertheless', async () => {
    const { publish, ids, deadLetters } = open();
    const batch = [record('hello', 0), record(alertOf(), 1)];
    await expect(publish(batch, failOnce('deadLetters.append', 'before', away))).rejects.toThrow(away);
    expect(ids()).toHaveLength(1);
    await publish(batch);
    expect(ids()).toHaveLength(1);
    expect(deadLetters()).toHaveLength(1);
  });
});

describe('failure points of publish', () => {
  it.each([
    ['before', 2],
    ['after', 1],
  ] as const)(
    'failure point 8: published and the mark lost %s it was written; sent %d times, under the same id',
    async (side, times) => {
      const { publish, ids, clock } = open();
      await expect(publish(batchOf(alertOf()), failOnce('deliveries.acknowledge', side, new Crash()))).rejects.toThrow(
        Crash,
      );
      clock.timeMs += 120_000;
      await publish(batchOf(alertOf()));
      await publish(batchOf(alertOf()));
      expect(ids()).toEqual(Array.from({ length: times }, () => 'k3Jd82hLmQ0vTnXyRz5cWb7pAe:1'));
    },
  );

  it('failure point 8: the message was published and the answer of SNS lost; it is sent again at once, under the same id', async () => {
    const { publish, sent } = open();
    await expect(publish(batchOf(alertOf()), failOnce('publisher.publish', 'after', away))).rejects.toThrow(away);
    await publish(batchOf(alertOf()));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });
});
