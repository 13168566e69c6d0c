import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { commandVersion } from '../../../functions/shared/domain/signal.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { Database } from '../../../local/sqlite/database.ts';
import type { Store } from '../../../local/sqlite/store.ts';
import { entry } from '../../contract/bulk-entry.ts';
import { newPath, numbered, open, record } from './open-store.ts';

describe('a commit on the disk', () => {
  const key = { receiver: 'hook', alertId: 'alert' };
  const held = { revision: 1, owner: 'owner', nowMs: 0 };
  const reported: [string, (store: Store) => unknown][] = [
    ['documents of a bulk request', ({ bulkLog }) => bulkLog.append([entry('a')])],
    ['a command', ({ eventLog }) => eventLog.append([record({ headers: { [header.schema]: commandVersion } })])],
    ['a delivery that was acknowledged', ({ deliveries }) => deliveries.acknowledge(key, held)],
    ['a delivery that was given up', ({ deliveries }) => deliveries.giveUp(key, held)],
    ['a message that is sent', ({ publisher }) => publisher.publish(message, new AbortController().signal)],
    ['a message that is sent again', ({ queue }) => queue.sendAgain('body', 'alert', 1)],
    ['a message that is deleted', ({ queue }) => queue.delete(['1/1'])],
    ['a message that becomes a dead letter', ({ queue }) => queue.deadLetter('body', 'reason')],
    ['a message that is sent back', ({ queue }) => queue.redrive(1)],
  ];
  const notReported: [string, (store: Store) => unknown][] = [
    ['the records of a stage', ({ eventLog }) => eventLog.append(numbered(1))],
    ['a claim', ({ deliveries }) => deliveries.claim(key, { ...held, leaseMs: 1, receivedMs: 0, healthySinceMs: 0 })],
    ['a wait', ({ deliveries }) => deliveries.wait(key, held, { nextTryMs: 1, reason: 'time-out' })],
  ];
  const message = { id: 'alert:1', group: 'alert', subject: '', body: '{}', attributes: {} };

  /** Durabilities of the transactions that a call made. */
  async function durabilities(call: (store: Store) => unknown) {
    const store = open(newPath());
    const transactions = vi.spyOn(Database.prototype, 'transaction');
    onTestFinished(() => transactions.mockRestore());
    await call(store);
    return transactions.mock.calls.map(([, durability]) => durability);
  }

  it.each(reported)('is that of %s', async (_what, call) => {
    expect(await durabilities(call)).toEqual(['on disk']);
  });

  it.each(notReported)('is not needed for %s', async (_what, call) => {
    expect(await durabilities(call)).toEqual([undefined]);
  });
});
