import { describe, expect, it } from 'vitest';
import { ownDocuments } from '../../../functions/self-check/own-status.ts';
import { UnsettledReader } from '../../../functions/self-check/read-own-state.ts';
import { clusterStatus } from '../../../functions/shared/domain/cluster-status.ts';
import { type DeliveryItem, newDelivery } from '../../../functions/shared/domain/delivery.ts';
import { hourMs, minuteMs } from '../../../functions/shared/domain/durations.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { Family } from '../../../functions/shared/ports/warehouse.ts';
import { alertDocument } from '../../../functions/shared/warehouse/alert-document.ts';
import { inventoryDocument } from '../../../functions/shared/warehouse/inventory-document.ts';
import { openEmbedded } from '../../../local/embedded.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { MemoryLedger, type MemoryLog } from '../../support/memory-ports.ts';
import { counted, documentsIn, keyOf, noAnswer, nowMs, open, settings } from './open-self-check.ts';

describe('the status of Offbeat', () => {
  const statusIn = (log: MemoryLog) => documentsIn(log).find(({ event }) => event.dataset === 'offbeat.cluster');

  it('is a document of the whole, and one of each stage that the ledger or the canary shows', async () => {
    const { check, eventLog, ledger } = open();
    ledger.restore(keyOf('detect', 0), counted(95, { pending: 'detect/0/8-x' }));
    ledger.restore(keyOf('alert', 0), counted(3));
    await check();
    const own = documentsIn(eventLog).filter(({ event }) => event.dataset !== 'offbeat.canary');
    expect(own.map(({ service, offbeat }) => [service.address, offbeat])).toEqual([
      [
        'offbeat',
        {
          cluster: {
            status: 'degraded',
            reason:
              'stage detect is 95 s behind; 1 transaction in doubt since 2026-11-28 07:08:25 UTC (detect, partition 0)',
            transactions: { in_doubt: 1, oldest: { sec: 95 } },
            canary: { age: { sec: 75 } },
            dead_letters: { last_hour: 0 },
            deliveries: { waiting: 0, given_up: 0, oldest: { sec: 0 } },
            unread_parts: 0,
          },
        },
      ],
      [
        'offbeat-detect',
        { stage: { name: 'detect', status: 'degraded', reason: 'it is 95 s behind', age: { sec: 95 } } },
      ],
      ['offbeat-alert', { stage: { name: 'alert', status: 'ok', age: { sec: 3 } } }],
      ['offbeat-persist', { stage: { name: 'persist', status: 'ok', age: { sec: 75 } } }],
    ]);
  });

  it('names the deliveries that wait for more than a minute, and counts those that were given up', async () => {
    const wait = (sinceMs: number) => ({
      revision: 1,
      sinceMs,
      seenMs: nowMs,
      nextTryMs: nowMs,
      tries: 3,
      reason: '503',
    });
    const item = (alertId: string, sinceMs: number): DeliveryItem => ({
      ...newDelivery({ receiver: 'ops', alertId }),
      waiting: [wait(sinceMs)],
      givenUp: [4],
    });
    const unsettled = [item('a', nowMs - 30_000), item('b', nowMs - 5 * minuteMs), item('c', nowMs - 90_000)];
    const { check, eventLog } = open({ unsettled });
    await check();
    expect(statusIn(eventLog).offbeat.cluster).toMatchObject({
      status: 'degraded',
      reason: '3 deliveries wait since 2026-11-28 07:05:00 UTC',
      deliveries: { waiting: 3, given_up: 3, oldest: { sec: 300 } },
    });
  });

  it('reads the deliveries again after five minutes, and at once while one waits', async () => {
    const clock = new ManualClock();
    clock.timeMs = nowMs;
    const waiting = { revision: 1, sinceMs: nowMs, seenMs: nowMs, nextTryMs: nowMs, tries: 1, reason: '503' };
    const answers: (readonly DeliveryItem[])[] = [
      [],
      [{ ...newDelivery({ receiver: 'ops', alertId: 'a' }), waiting: [waiting] }],
      [],
    ];
    let reads = 0;
    const unsettled = async () => answers[reads++] ?? [];
    const reader = new UnsettledReader({ unsettled }, clock);
    const seen: number[][] = [];
    for (let minute = 0; minute < 12; minute += 1) {
      seen.push([(await reader.read()).waiting, reads]);
      clock.timeMs += minuteMs;
    }
    const quiet = (of: number) => Array.from({ length: 5 }, () => [0, of]);
    expect(seen).toEqual([...quiet(1), [1, 2], ...quiet(3), [0, 4]]);
  });

  it('names the dead letters of the last hour, and asks every partition for them', async () => {
    const asked: unknown[] = [];
    const counts = {
      countSince: async (...of: readonly unknown[]) => {
        asked.push(of);
        return 12;
      },
    };
    const { check, eventLog } = open({ counts });
    await check();
    const partitions = defaultLayout.partitions[topics.deadLetters];
    expect(asked).toEqual(
      Array.from({ length: partitions }, (_, partition) => [topics.deadLetters, partition, nowMs - hourMs]),
    );
    expect(statusIn(eventLog).offbeat.cluster).toMatchObject({
      status: 'degraded',
      reason: `${12 * partitions} dead letters in the last hour`,
    });
  });

  it('names the parts that were not read, whose numbers are absent, and the invocation fails', async () => {
    const ledger = Object.assign(new MemoryLedger(), { keys: noAnswer });
    const { check, eventLog, lines } = open({ ledger, counts: { countSince: noAnswer } });
    await expect(check()).rejects.toThrow('no answer');
    expect(statusIn(eventLog).offbeat.cluster).toEqual({
      status: 'degraded',
      reason: 'not read: ledger, dead letters',
      canary: { age: { sec: 75 } },
      deliveries: { waiting: 0, given_up: 0, oldest: { sec: 0 } },
      unread_parts: 2,
    });
    expect(lines).toContainEqual(expect.stringContaining('another part of the self-check failed too'));
  });
});

describe('Offbeat in one process', () => {
  it('is a component of its cluster with its stages, is ok while all goes on, and raises nothing in three hours', async () => {
    const clock = new ManualClock();
    clock.timeMs = nowMs;
    const embedded = await openEmbedded({ dataDir: undefined, settings, clock, terminal: () => {} });
    const search = (family: Family) => embedded.ports.warehouse.search({ family, order: 'newest first', limit: 1_000 });
    const items = async () => (await search('offbeat-inventory')).map(inventoryDocument.read);
    try {
      for (let minute = 0; minute < 180; minute += 1) {
        await embedded.heartbeat();
        await embedded.drain();
        await embedded.invoke('self-check', {});
        await embedded.drain();
        clock.timeMs += minuteMs;
      }
      const own = await items();
      expect(own.map(({ kind, entity }) => `${kind} ${entity.name}`).sort()).toEqual([
        'offbeat offbeat',
        'stage offbeat-alert',
        'stage offbeat-detect',
        'stage offbeat-normalise',
        'stage offbeat-persist',
        'stage offbeat-publish',
      ]);
      expect(own.filter(({ status }) => status !== 'ok')).toEqual([]);
      expect(clusterStatus(own)).toMatchObject({ status: 'ok' });
      expect(await embedded.ports.warehouse.count('offbeat-anomalies')).toBe(0);

      // A document that is no JSON becomes a dead letter.
      await embedded.ports.eventLog.append([
        { topic: topics.beats, partition: 0, key: null, value: Buffer.from('{'), headers: {} },
      ]);
      await embedded.drain();
      for (let minute = 0; minute < 30; minute += 1) {
        await embedded.heartbeat();
        await embedded.drain();
        await embedded.invoke('self-check', {});
        await embedded.drain();
        clock.timeMs += minuteMs;
      }
      expect(clusterStatus(await items())).toMatchObject({
        status: 'degraded',
        reason: 'offbeat is degraded: 1 dead letter in the last hour',
      });
      // What an alert may cause causes no alert.
      expect(await embedded.ports.warehouse.count('offbeat-alerts')).toBe(0);
    } finally {
      await embedded.close();
    }
  });

  it('that is late for long is one alert, which ends when the stage keeps up', async () => {
    const clock = new ManualClock();
    clock.timeMs = nowMs;
    const embedded = await openEmbedded({ dataDir: undefined, settings, clock, terminal: () => {} });
    const late = { stageAges: { detect: 900 }, lags: {}, pending: [], unread: [] };
    try {
      for (let minute = 0; minute < 60; minute += 1) {
        const state = minute < 30 ? late : { ...late, stageAges: { detect: 2 } };
        await embedded.append(ownDocuments({ ...state, nowMs: clock.timeMs }));
        await embedded.heartbeat();
        await embedded.drain();
        clock.timeMs += minuteMs;
      }
      const query = { family: 'offbeat-alerts', order: 'newest first', limit: 10 } as const;
      const alerts = (await embedded.ports.warehouse.search(query)).map(alertDocument.read);
      expect(alerts.map(({ status, severity }) => [status, severity])).toEqual([['resolved', 'warning']]);
      expect(alerts[0]!.headline).toMatch(
        /^stage age sec on offbeat-detect at 900 s, above its limit of 300 s for \d+ min: pages, or what people see, come late/,
      );
    } finally {
      await embedded.close();
    }
  });
});
