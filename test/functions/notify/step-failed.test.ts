import { describe, expect, it, vi } from 'vitest';
import { createNotify } from '../../../functions/notify/handler.ts';
import { deliveriesOver, receiversOver } from '../../../functions/shared/adapters/stored-deliveries.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { alertOf, envelope } from '../../support/alerts.ts';
import { MemoryAttempts } from '../../support/attempts.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { MemoryDeliveries, MemoryQueue } from '../../support/memory-deliveries.ts';
import { Rig, takes } from './rig.ts';

vi.mock('../../../functions/shared/domain/fit-alert.ts', () => ({
  fitAlert(alert: Alert): Alert {
    if (alert.id === 'poison') throw new TypeError('a defect of ours');
    return alert;
  },
}));

describe('a message on which notify fails itself', () => {
  it('a message whose body cannot be made is given up for its receiver at once, and those beside it arrive', async () => {
    const rig = new Rig({ pager: takes });
    rig.send(alertOf({ id: 'a' }), alertOf({ id: 'poison' }), alertOf({ id: 'b' }));
    await rig.poll();
    expect(rig.received.map(({ alertId }) => alertId).sort()).toEqual(['a', 'b']);
    expect(rig.queue.size).toBe(0);
    expect(rig.queue.deadLetters.map(({ reason }) => reason)).toEqual(['pager: step failed']);
    expect(rig.lines).toContainEqual(expect.stringContaining('TypeError: a defect of ours'));
  });

  it('a message on which reading fails becomes a dead letter, and those beside it arrive', async () => {
    const clock = new ManualClock();
    const queue = new MemoryQueue(() => clock.nowMs());
    const store = new MemoryDeliveries();
    const written: string[] = [];
    const telemetry = new MemoryTelemetry(() => {});
    const notify = createNotify({
      settings: settingsSchema.parse({}),
      deliveries: deliveriesOver(store),
      receivers: receiversOver(store),
      queue,
      attempts: new MemoryAttempts(),
      secrets: { get: () => Promise.reject(new Error('there are none')) },
      telemetry,
      clock,
      terminal: (text) => written.push(text),
    });
    const message = (messageId: string, more: object) => ({ messageId, body: envelope(alertOf()), ...more });
    const attributes = { ApproximateReceiveCount: '1' };
    const event = { Records: [message('odd', {}), message('good', { attributes })] };
    expect(await notify(event as Parameters<typeof notify>[0], lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(written).toHaveLength(1);
    expect(queue.deadLetters).toEqual([{ body: envelope(alertOf()), reason: 'step failed' }]);
    expect(telemetry.counts()).toMatchObject({ 'messages_refused{reason=step failed}': 1 });
  });
});
