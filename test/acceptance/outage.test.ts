import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { openStore, type Queue, type Store } from '../../local/sqlite/store.ts';
import { describeOutage } from '../contract/outage.ts';
import type { QueueByClock } from '../support/outage.ts';

describeOutage('SQLite', async (clock) => {
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-outage-'));
  const file = join(folder, 'offbeat.db');
  const store: Store = openStore(file, defaultLayout, clock);
  const view = new DatabaseSync(file, { readOnly: true });
  const first = view.prepare('SELECT min(visible_ms) AS due FROM messages');
  return {
    publisher: store.publisher,
    deliveries: store.deliveryStore,
    queue: byClock(store.queue, () => (first.get()?.due as number | null) ?? undefined),
    close() {
      view.close();
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

function byClock(queue: Queue, dueAtMs: QueueByClock['dueAtMs']): QueueByClock {
  return {
    dueAtMs,
    retryLater: (...to) => queue.retryLater(...to),
    sendAgain: (...to) => queue.sendAgain(...to),
    showWaiting: (...of) => queue.showWaiting(...of),
    deadLetter: (...to) => queue.deadLetter(...to),
    receive: (...from) => queue.receive(...from),
    delete: (receipts) => queue.delete(receipts),
  };
}
