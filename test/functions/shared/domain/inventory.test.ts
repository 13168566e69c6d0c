import { describe, expect, it } from 'vitest';
import { type InventoryItem, itemAt, unseenAfterMs } from '../../../../functions/shared/domain/inventory.ts';
import { chunkserver, startMs } from '../../../contract/warehouse-writes.ts';

describe('an item of the inventory', () => {
  it.each([
    ['3 minutes without a period', undefined, 180_000],
    ['3 minutes with a short period', 10_000, 180_000],
    ['10 periods of a minute', 60_000, 600_000],
  ])('is unknown after %s', (_case, periodMs, afterMs) => {
    expect(unseenAfterMs(periodMs)).toBe(afterMs);
    const { periodMs: _period, ...rest } = chunkserver('prod', { seenMs: startMs + 7 });
    const item = { ...rest, ...(periodMs === undefined ? {} : { periodMs }) };
    expect(itemAt(item, startMs + 7 + afterMs)).toEqual(item);
    expect(itemAt(item, startMs + 8 + afterMs)).toEqual({
      ...item,
      status: 'unknown',
      sinceMs: startMs + 7,
      reason: `not seen for more than ${afterMs / 60_000} min`,
    });
  });

  it('is unknown if it was seen at a time that the clock has not reached, until the clock is near it', () => {
    const item: InventoryItem = { ...chunkserver('prod', { seenMs: startMs }), periodMs: 10_000 };
    expect(itemAt(item, startMs - 180_000)).toEqual(item);
    const presentMs = startMs - 180_001;
    expect(itemAt(item, presentMs)).toMatchObject({ status: 'unknown', sinceMs: presentMs });
  });
});
