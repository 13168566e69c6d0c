import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertSummary } from '../../../web/api/types.ts';
import { groupsOf, openedPerStep, pictureOf } from '../../../web/views/now/storm-groups.ts';
import { stormText } from '../../../web/views/now/storm-words.ts';

const alert = (id: string, kind: string, causePath: string, more: Partial<AlertSummary> = {}): AlertSummary => ({
  id,
  status: 'open',
  severity: 'warning',
  title: '',
  headline: '',
  entity: { cluster: 'prod', kind, name: id },
  cluster: 'prod',
  startsAtMs: 1_000,
  updatedAtMs: 1_000,
  series: 1,
  components: 1,
  cause: { path: causePath, series: `prod/${kind}/${id} system.cpu.total.norm.pct`, score: 1, why: '' },
  ...more,
});

const master = alert('m', 'storage-master', 'prod/storage-master/m', { severity: 'critical' });
const followers = ['c1', 'c2', 'c3'].map((id) => alert(id, 'chunkserver', 'prod/storage-master/m'));
const other = alert('x', 'host', 'prod/host/x');

describe('a storm', () => {
  it('has the alert of the component that most others name as their cause, and never folds one with another cause', () => {
    const { cause, following, rest } = pictureOf([...followers, other, master]);
    expect(cause?.id).toBe('m');
    expect(following.map(({ alerts }) => alerts.map(({ id }) => id))).toEqual([['c1', 'c2', 'c3']]);
    expect(rest.map(({ id }) => id)).toEqual(['x']);
  });

  it('claims no cause where fewer than three alerts share one', () => {
    const open = [master, other, alert('y', 'host', 'prod/host/y', { severity: 'info' })];
    const { cause, following, rest } = pictureOf(open);
    expect(cause).toBeUndefined();
    expect(following.flatMap(({ alerts }) => alerts.map(({ id }) => id)).sort()).toEqual(['m', 'x']);
    expect(rest.map(({ id }) => id)).toEqual(['y']);
  });

  it('calls no component the cause that few of many alerts name', () => {
    const many = Array.from({ length: 40 }, (_, nth) => alert(`h${nth}`, 'host', `prod/host/h${nth}`));
    const { cause, following } = pictureOf([...many, ...followers, master]);
    expect(cause).toBeUndefined();
    expect(following.flatMap(({ alerts }) => alerts)).toHaveLength(44);
  });

  it('shows every alert once', () => {
    const alerts = fc.array(
      fc.record({
        kind: fc.constantFrom('host', 'topic'),
        path: fc.constantFrom('prod/host/0', 'prod/topic/1', 'a/b/c'),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(alerts, (drawn) => {
        const open = drawn.map(({ kind, path }, nth) => alert(String(nth), kind, path));
        const { cause, following, rest } = pictureOf(open);
        const shown = [...(cause ? [cause] : []), ...following.flatMap((group) => group.alerts), ...rest];
        expect(shown.map(({ id }) => id).sort()).toEqual(open.map(({ id }) => id).sort());
      }),
    );
  });

  it('lists groups and their members in the order in which they began', () => {
    const [late, early] = [5_000, 2_000].map((startsAtMs, nth) => alert(`h${nth}`, 'host', '', { startsAtMs }));
    const [group] = groupsOf([late!, early!]);
    expect(group!.alerts.map(({ id }) => id)).toEqual(['h1', 'h0']);
    expect(group!.title).toBe('Machines: cpu, total');
  });
});

it('the alerts opened in each step are counted, those out of range are not', () => {
  const starts = [0, 9_999, 10_000, 29_999, 30_000, -1].map((startsAtMs, nth) =>
    alert(String(nth), 'host', '', { startsAtMs }),
  );
  expect(openedPerStep(starts, { fromMs: 0, toMs: 30_000 }, 10_000)).toEqual([2, 1, 1]);
});

describe('the second sentence of a storm', () => {
  const clock = { nowMs: Date.parse('2026-11-23T15:29:50Z'), zone: 'utc' } as const;
  const paged = { atMs: Date.parse('2026-11-23T15:20:00Z') };
  const totals = { open: 4, acknowledged: 0, paged: 0, troubled: {} };
  const text = (open: readonly AlertSummary[], more: object = {}): string =>
    stormText(pictureOf(open), open, { ...totals, ...more }, clock).replaceAll('\u00a0', ' ');

  it('says that nobody was paged and nobody has acknowledged only where that is true of all', () => {
    expect(text([master, ...followers])).toBe('Nobody was paged yet. Nobody has acknowledged any yet.');
  });

  it('counts who was paged and what is acknowledged, also of alerts other than the worst', () => {
    const open = [master, { ...followers[0]!, paged, status: 'acknowledged' as const }, ...followers.slice(1)];
    expect(text(open, { acknowledged: 1, paged: 1 })).toBe(
      'On call was paged for one, at 15:20:00. One of 4 is acknowledged.',
    );
    expect(text([master], { open: 1_400, acknowledged: 1_200, paged: 300 })).toBe(
      'On call was paged for 300. 1,200 of 1,400 are acknowledged. The 1 worst are listed.',
    );
  });

  it('says what has other causes', () => {
    expect(text([...followers, other, master], { open: 5, acknowledged: 5 })).toBe(
      'One alert has another cause and is listed apart. Nobody was paged yet. All are acknowledged.',
    );
  });
});
