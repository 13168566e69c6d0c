import { expect, it } from 'vitest';
import { FencedError } from '../../../../functions/shared/domain/errors.ts';
import { freshLedgerItem, type LedgerItem } from '../../../../functions/shared/ports/ledger.ts';
import { loadBlocks, planBlocks } from '../../../../functions/shared/runner/state-blocks.ts';
import { encodeTransaction, objectName } from '../../../../functions/shared/runner/transaction-object.ts';
import { MemoryLedger, MemoryObjects } from '../../../support/memory-ports.ts';

const key = { stage: 'detect', topic: 'offbeat.samples', partition: 0 };

/** One block in each of so many objects, beside a larger one that nothing names any more. */
async function scattered(count: number) {
  const objects = new MemoryObjects();
  const blocks: Record<string, { object: string }> = {};
  for (let number = 1; number <= count; number += 1) {
    const object = objectName(key, number, 'attempt');
    const written = new Map([
      [`block ${number}`, Buffer.from(`state ${number}`)],
      ['replaced', Buffer.alloc(100_000)],
    ]);
    await objects.put(object, encodeTransaction({ key, number, settingsHash: '', blocks: written, effects: [] }));
    blocks[`block ${number}`] = { object };
  }
  const item: LedgerItem = { ...freshLedgerItem, txn: count, blocks, attempt: 'newest' };
  const ledger = new MemoryLedger();
  ledger.restore(key, item);
  return { item, ledger, objects };
}

it('a state that small batches left in many objects is loaded from all of them, a few at once', async () => {
  const { item, ledger, objects } = await scattered(20);
  let underWay = 0;
  let atOnce = 0;
  const slow = {
    put: objects.put.bind(objects),
    async get(name: string) {
      underWay += 1;
      atOnce = Math.max(atOnce, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return objects.get(name);
    },
    list: objects.list.bind(objects),
    delete: objects.delete.bind(objects),
  };
  const blocks = await loadBlocks(key, item, { ledger, objects: slow });
  const texts = Object.fromEntries([...blocks].map(([name, bytes]) => [name, String(Buffer.from(bytes))]));
  expect(texts).toEqual(
    Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`block ${at + 1}`, `state ${at + 1}`])),
  );
  expect(atOnce).toBe(4);
});

it('a small part of an object does not keep the whole object in memory', async () => {
  const { item, ledger, objects } = await scattered(1);
  const blocks = await loadBlocks(key, item, { ledger, objects });
  const [object] = objects.objects.values();
  expect(blocks.get('block 1')!.buffer).not.toBe(object!.buffer);
});

it('a load is fenced when an object is missing because another worker advanced the partition', async () => {
  const { item, ledger, objects } = await scattered(9);
  await objects.delete([objectName(key, 5, 'attempt')]);
  ledger.restore(key, { ...item, txn: 10, attempt: 'newer' });
  await expect(loadBlocks(key, item, { ledger, objects })).rejects.toThrow(FencedError);
});

it('the block that health reads stays in the item until it is removed', () => {
  const written = planBlocks(
    {},
    new Map([
      ['series', Buffer.alloc(10)],
      ['full', Buffer.from('a')],
    ]),
    'first',
    true,
  );
  expect(written.refs).toEqual({ series: { object: 'first' }, full: { inline: Buffer.from('a').toString('base64') } });
  expect([...written.inObject.keys()]).toEqual(['series']);
  const kept = planBlocks(written.refs, new Map([['series', Buffer.alloc(10)]]), 'second', true);
  expect(kept.refs.full).toEqual(written.refs.full);
  expect(planBlocks(kept.refs, new Map([['full', null]]), 'third', false).refs).toEqual({
    series: { object: 'second' },
  });
});
