import { describe, expect, it } from 'vitest';
import { normalise } from '../../../functions/normalise/normalise.ts';
import { minuteMs } from '../../../functions/shared/domain/durations.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { freshLedgerItem } from '../../../functions/shared/ports/ledger.ts';
import { openEmbedded } from '../../../local/embedded.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { MemoryLedger } from '../../support/memory-ports.ts';
import {
  canarySample,
  counted,
  datasetsIn,
  keyOf,
  noAnswer,
  nowMs,
  open,
  settings,
  warehouseOf,
} from './open-self-check.ts';

describe('the canary', () => {
  it('is a document that normalise makes a sample of, of a service of the own cluster', async () => {
    const { check, eventLog } = open();
    await check();
    const [record] = eventLog.records(topics.beats);
    const { effects, skipped } = normalise({ ...record!, timestampMs: nowMs }, settings, defaultLayout);
    expect(skipped).toEqual([]);
    expect(effects.map(({ topic, value }) => [topic, JSON.parse(value as string)])).toEqual([
      [topics.samples, { ...canarySample, facts: { 'service.address': 'offbeat-canary' }, timestampMs: nowMs }],
    ]);
  });

  it('is as old as the newest one in the warehouse', async () => {
    const { warehouse, queries } = warehouseOf(canarySample);
    const { check, telemetry } = open({ warehouse });
    await check();
    expect(telemetry.gauges()).toMatchObject({ canary_age_seconds: 75 });
    expect(queries).toEqual([
      {
        family: 'offbeat-samples',
        match: { 'offbeat.entity.path': 'prod/service/offbeat-canary' },
        order: 'newest first',
        limit: 1,
      },
    ]);
  });

  it('has no age while the warehouse contains none, so that the missing gauge raises the alarm', async () => {
    const { check, telemetry } = open(warehouseOf());
    await check();
    expect(telemetry.gauges()).toEqual({ pending_age_seconds: 0 });
  });
});

describe('canaries of two hours', () => {
  it('arrive in the warehouse, and raise nothing', async () => {
    const clock = new ManualClock();
    clock.timeMs = nowMs;
    const embedded = await openEmbedded({ dataDir: undefined, settings, clock, terminal: () => {} });
    try {
      for (let minute = 0; minute < 120; minute += 1) {
        await embedded.invoke('self-check', {});
        clock.timeMs += minuteMs;
        await embedded.heartbeat();
        await embedded.drain();
      }
      const found = await embedded.ports.warehouse.search({
        family: 'offbeat-samples',
        match: { 'event.dataset': 'offbeat.canary' },
        order: 'newest first',
        limit: 1_000,
      });
      expect(found).toHaveLength(120);
      expect(await embedded.ports.warehouse.count('offbeat-anomalies')).toBe(0);
      expect(embedded.telemetry.gauges()).toMatchObject({ canary_age_seconds: 60, pending_age_seconds: 0 });
    } finally {
      await embedded.close();
    }
  });
});

describe('the ages of the ledger', () => {
  it('are those of the worst partition of each stage, and of the oldest that is pending', async () => {
    const { check, ledger, telemetry } = open();
    ledger.restore(keyOf('detect', 0), counted(8));
    ledger.restore(keyOf('detect', 1), counted(300, { pending: 'detect/1/8-x' }));
    ledger.restore(keyOf('detect', 2), counted(20, { pending: 'detect/2/8-y' }));
    ledger.restore(keyOf('alert', 0), counted(12.5));
    await check();
    expect(telemetry.gauges()).toEqual({
      'stage_age_seconds{stage=detect}': 300,
      'stage_age_seconds{stage=alert}': 12.5,
      pending_age_seconds: 300,
      canary_age_seconds: 75,
    });
  });

  it('take a transaction for as old as its decision, however old its records are', async () => {
    const { check, ledger, telemetry } = open();
    ledger.restore(keyOf('detect', 0), counted(7_200, { decidedAtMs: nowMs - 2_000, pending: 'detect/0/8-x' }));
    ledger.restore(keyOf('detect', 1), counted(8));
    await check();
    expect(telemetry.gauges()).toMatchObject({
      'stage_age_seconds{stage=detect}': 7_200,
      pending_age_seconds: 2,
    });
  });

  it('leave out a partition whose stage counted nothing yet', async () => {
    const { check, ledger, telemetry } = open();
    ledger.restore(keyOf('detect', 0), { ...freshLedgerItem, epoch: 1, nextOffset: 40 });
    await check();
    expect(telemetry.gauges()).toEqual({ pending_age_seconds: 0, canary_age_seconds: 75 });
  });

  it("are never below zero, however far the broker's clock is ahead", async () => {
    const { check, ledger, telemetry } = open();
    ledger.restore(keyOf('detect', 0), counted(-3, { pending: 'detect/0/8-x' }));
    await check();
    expect(telemetry.gauges()).toMatchObject({ 'stage_age_seconds{stage=detect}': 0, pending_age_seconds: 0 });
  });
});

describe('the self-check without a warehouse', () => {
  it('the self-check ships no canary and reports no age of one, and reports the ages of the ledger', async () => {
    const { check, eventLog, ledger, telemetry } = open({}, { shipping: undefined });
    ledger.restore(keyOf('detect', 0), counted(90));
    await check();
    expect(eventLog.records(topics.beats)).toEqual([]);
    expect(telemetry.gauges()).toEqual({ 'stage_age_seconds{stage=detect}': 90, pending_age_seconds: 0 });
  });
});

describe('one part of the self-check that fails', () => {
  const failed = { 'failures{reason=UNAVAILABLE,stage=self-check}': 1 };

  it('hides no other: without Kafka the ages are emitted, and the invocation fails', async () => {
    const { check, ledger, telemetry } = open({ eventLog: { append: noAnswer, earliestOffset: async () => 0 } });
    ledger.restore(keyOf('detect', 0), counted(90));
    await expect(check()).rejects.toThrow('no answer');
    expect(telemetry.gauges()).toEqual({
      'stage_age_seconds{stage=detect}': 90,
      pending_age_seconds: 0,
      canary_age_seconds: 75,
    });
    expect(telemetry.counts()).toEqual(failed);
  });

  it('hides no other: without the ledger the canary is shipped, and its age is emitted', async () => {
    const ledger = Object.assign(new MemoryLedger(), { keys: noAnswer });
    const { check, eventLog, telemetry } = open({ ledger });
    await expect(check()).rejects.toThrow('no answer');
    expect(datasetsIn(eventLog)).toContain('offbeat.canary');
    expect(telemetry.gauges()).toEqual({ canary_age_seconds: 75 });
  });

  it('hides no other: without the warehouse there is no age of the canary, and all else', async () => {
    const { check, eventLog, telemetry } = open({ warehouse: { ...warehouseOf().warehouse, search: noAnswer } });
    await expect(check()).rejects.toThrow('no answer');
    expect(datasetsIn(eventLog)).toContain('offbeat.canary');
    expect(telemetry.gauges()).toEqual({ pending_age_seconds: 0 });
    expect(telemetry.counts()).toEqual(failed);
  });

  it('is logged where several parts fail', async () => {
    const refuses = { append: async () => [{ index: 0, reason: 'message too large' }], earliestOffset: async () => 0 };
    const { check, lines } = open({ eventLog: refuses, warehouse: { ...warehouseOf().warehouse, search: noAnswer } });
    await expect(check()).rejects.toThrow('the log refused a document of the self-check: message too large');
    expect(lines).toContainEqual(expect.stringContaining('another part of the self-check failed too'));
  });
});
