import { afterAll, afterEach, expect, it, vi } from 'vitest';
import type { InventoryItem } from '../../../web/api/inventory-types.ts';

// The modules of the page read its document and its address when they are loaded.
vi.stubGlobal('document', new EventTarget());
vi.stubGlobal('addEventListener', () => undefined);
vi.stubGlobal('location', new URL('http://127.0.0.1:8787/'));
const { learnTime } = await import('../../../web/frame/clock.ts');
const { presentOnlyText } = await import('../../../web/frame/present.ts');
const { elsewhereOf, presentItems, replays, shownRangeOf } = await import('../../../web/frame/replay.ts');
const { cluster, range, standardRange } = await import('../../../web/frame/where.ts');
afterAll(() => vi.unstubAllGlobals());

const endMs = Date.UTC(2026, 10, 23, 15, 32, 50);
const item: InventoryItem = {
  entity: { cluster: 'recorded', kind: 'chunkserver', name: 'a' },
  timestampMs: endMs,
  dataset: 'x',
  dimensions: {},
  measurements: {},
  kind: 'chunkserver',
  role: 'server',
  status: 'ok',
  sinceMs: 0,
  seenMs: endMs,
  scope: 'recorded',
};

/** Makes the present a week after the end of the recording. */
function aWeekLater(chosen: string): void {
  learnTime(endMs + 7 * 86_400_000);
  replays.value = [{ cluster: 'recorded', endMs }];
  cluster.value = chosen;
}

afterEach(() => {
  cluster.value = '';
  replays.value = [];
  range.value = standardRange;
});

it('a component of a recording is as it was at the end of it while its cluster is chosen, and else unknown since then', () => {
  aWeekLater('recorded');
  expect(presentItems([item])).toEqual([item]);
  cluster.value = '';
  expect(presentItems([item])).toMatchObject([
    { status: 'unknown', sinceMs: endMs, reason: 'last seen 23 Nov 15:32:50' },
  ]);
  expect(presentItems([item])[0]).not.toHaveProperty('scope');
});

it('a range that ends now ends with the recording while it is looked at', () => {
  aWeekLater('recorded');
  const toMs = endMs + 20_000;
  expect(shownRangeOf({ from: '-1h', to: 'now' })).toEqual({ from: String(toMs - 3_600_000), to: String(toMs) });
  expect(shownRangeOf({ from: '5', to: '9' })).toEqual({ from: '5', to: '9' });
  cluster.value = '';
  expect(shownRangeOf(standardRange)).toEqual(standardRange);
});

it('while a recording is looked at, the alerts of live clusters are there beside it', () => {
  aWeekLater('recorded');
  const count = (name: string, isReplay?: true) => ({
    ...{ cluster: name, open: 2, silenced: 1, acknowledged: 0, paged: 2, troubled: {} },
    ...(isReplay && { isReplay }),
  });
  const clusters = [count('prod'), count('recorded', true), count('tests', true)];
  const open = clusters.map(({ cluster: name, isReplay }) => ({ cluster: name, ...(isReplay && { isReplay }) }));
  const alerts = { open, openCount: 6, silenced: 3, clusters, resolved: open };
  const elsewhere = elsewhereOf({ alerts, status: { clusters: [] }, freshness: [] } as never, 'recorded');
  expect(elsewhere.alerts).toMatchObject({ open: [{ cluster: 'prod' }], openCount: 2, silenced: 1 });
  expect(elsewhere.alerts.resolved).toHaveLength(1);
});

it('a live component of which nothing is heard says when it was last seen', () => {
  aWeekLater('');
  const { scope: _, ...live } = item;
  expect(presentItems([live])).toEqual([live]);
  const unseen = { ...live, status: 'unknown', sinceMs: endMs, reason: 'not seen for more than 5 min' } as const;
  expect(presentItems([unseen])[0]).toMatchObject({ reason: 'last seen 23 Nov 15:32:50' });
});

it('a view of the present says so where the range ends before it', () => {
  aWeekLater('recorded');
  range.value = { from: String(endMs - 1_800_000), to: String(endMs + 20_000) };
  expect(presentOnlyText()).toBe('');
  range.value = { from: String(endMs - 1_800_000), to: String(endMs - 180_000) };
  expect(presentOnlyText()).toMatch(/^Status and numbers are those of the end of the recording, 15:32:50,/);
  cluster.value = '';
  expect(presentOnlyText()).toMatch(/^Status and numbers are those of now,/);
  range.value = standardRange;
  expect(presentOnlyText()).toBe('');
});
