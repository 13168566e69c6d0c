import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../web/api/alert-types.ts';
import type { MeasureRow, Measures } from '../../../web/api/data-types.ts';
import { drawnRows, type PartRow } from '../../../web/views/machine/parts.ts';
import { inHeldOrder } from '../../../web/views/machines/held-order.ts';
import { normalText, reachOf, unseenText } from '../../../web/views/machines/reach.ts';
import { columnsOf, exceptionsText } from '../../../web/views/machines/scales.ts';
import { judgedAtMs, standingOf } from '../../../web/views/machines/standing.ts';
import { withTitles, withTroubleAt } from '../../../web/views/machines/trouble-at.ts';

const atMs = Date.UTC(2026, 10, 23, 15, 30);
const measures: Measures['measures'] = [{ name: 'disk.write', title: 'Disk write', unit: 'B/s' }];

const row = (name: string, values: readonly (number | null)[] = [1], more: Partial<MeasureRow> = {}): MeasureRow => ({
  entity: { cluster: 'prod', kind: 'host', name },
  path: `prod/host/${name}`,
  trouble: { severity: null, reason: null, alertIds: [] },
  newestMs: atMs,
  measures: { 'disk.write': { values, last: values.at(-1) ?? null, series: [], anomalies: [] } },
  ...more,
});

const alert = (id: string, name: string, startsAtMs: number, more: Partial<Alert> = {}): Alert => ({
  id,
  revision: 1,
  transition: 'opened',
  notify: true,
  status: 'open',
  severity: 'warning',
  title: `cpu total norm pct high on ${name}`,
  headline: '',
  entity: { cluster: 'prod', kind: 'host', name },
  startsAtMs,
  updatedAtMs: startsAtMs,
  anomalies: [],
  suspects: [
    {
      entity: { cluster: 'prod', kind: 'host', name },
      anomalyId: 'x',
      series: {
        entity: { cluster: 'prod', kind: 'host', name },
        metric: 'system.cpu.total.norm.pct',
        dimensions: {},
      },
      startsAtMs,
      score: 1,
      why: '',
    },
  ],
  labels: {},
  annotations: {},
  trace: [],
  ...more,
});

describe('the scale of a column', () => {
  it('is shared by all machines', () => {
    const [column] = columnsOf({ measures, rows: [row('a', [13e6]), row('b', [2e6])] });
    expect(column).toMatchObject({ top: 15e6 });
    expect(column!.exceptions.size).toBe(0);
  });

  it('leaves out the one machine that would flatten all others, and says so', () => {
    const rows = [row('a', [13e6]), row('b', [2e6]), row('vm', [57e6])];
    const columns = columnsOf({ measures, rows });
    expect(columns[0]!.top).toBe(15e6);
    expect(exceptionsText(columns, rows)?.replaceAll('\u00a0', ' ')).toBe('disk write of vm (0 to 60 MB/s)');
  });

  it('of shares ends at 100 % at most', () => {
    const cpu: Measures['measures'] = [{ name: 'cpu', title: 'CPU', unit: '1' }];
    const busy = row('a', [], { measures: { cpu: { values: [0.99], last: 0.99, series: [], anomalies: [] } } });
    expect(columnsOf({ measures: cpu, rows: [busy] })[0]).toMatchObject({ unit: 'share', top: 1 });
  });

  it('is absent for a measure that no machine has', () => {
    expect(columnsOf({ measures: [{ name: 'space', title: 'Space', unit: '1' }], rows: [row('a')] })).toEqual([]);
  });
});

describe('the charts of a chunkserver', () => {
  const part = (metric: string, glyph: PartRow['glyph'] = 'ok') => ({ glyph, chart: { metric } }) as PartRow;

  it('are those that are off, then connection, space and errors, and eight at most', () => {
    const others = Array.from({ length: 9 }, (_, nth) => part(`moosefs.chunkserver.other${nth}`));
    const first = ['errors', 'space.used.bytes', 'connected'].map((name) => part(`moosefs.chunkserver.${name}`));
    const drawn = drawnRows([...others, ...first, part('moosefs.disk.chunks', 'warning')]);
    expect(drawn).toHaveLength(8);
    expect(drawn.slice(0, 4).map(({ chart }) => chart.metric.split('.').slice(2).join('.'))).toEqual([
      'chunks',
      'connected',
      'space.used.bytes',
      'errors',
    ]);
  });
});

describe('a machine', () => {
  const anomaly = { fromMs: atMs - 60_000, toMs: atMs - 10_000, severity: 'warning' as const };
  const withAnomaly = (toMs: number | null) =>
    row('a', [1], {
      measures: { 'disk.write': { values: [1], last: 1, series: [], anomalies: [{ ...anomaly, toMs }] } },
    });

  it('is normal again after an anomaly, and says until when it was not', () => {
    expect(standingOf(withAnomaly(atMs - 10_000), measures, atMs, 'utc')).toMatchObject({
      word: 'Normal again',
      line: 'Disk write was off until 15:29:50',
      isTrouble: false,
    });
  });

  it('is in trouble while an anomaly lasts, also at the end of a range of the past', () => {
    expect(standingOf(withAnomaly(null), measures, atMs, 'utc').isTrouble).toBe(true);
    expect(standingOf(withAnomaly(atMs + 10_000), measures, atMs, 'utc').isTrouble).toBe(true);
  });

  it('is unknown once its newest sample is three minutes old', () => {
    const old = row('a', [1], { newestMs: atMs - 181_000 });
    expect(standingOf(old, measures, atMs, 'utc')).toMatchObject({ glyph: 'unknown', word: 'No data' });
  });
});

describe('a range of the past that goes on after the data', () => {
  const judged = (...newest: number[]) => judgedAtMs(newest, atMs + 600_000, true);

  it('is judged at the end of the data, so that no machine is in trouble for the end of a recording', () => {
    expect(standingOf(row('a'), measures, judged(atMs, atMs - 10_000), 'utc').word).toBe('Normal');
  });

  it('still shows a machine that ended before the others', () => {
    const old = row('a', [1], { newestMs: atMs - 600_000 });
    expect(standingOf(old, measures, judged(atMs, old.newestMs), 'utc').word).toBe('No data');
  });

  it('is no matter of the present, in which a machine without samples sends no data', () => {
    expect(judgedAtMs([atMs], atMs + 600_000, false)).toBe(atMs + 600_000);
  });
});

describe('the trouble of machines', () => {
  it('of the past is that of the alerts that were open then, the worst first', () => {
    const alerts = [
      alert('1', 'a', atMs - 9_000, { endsAtMs: atMs + 1 }),
      alert('2', 'b', atMs - 9_000, { endsAtMs: atMs - 1 }),
      alert('3', 'c', atMs - 9_000, { severity: 'critical' }),
      alert('4', 'd', atMs + 1),
    ];
    const rows = withTroubleAt(
      ['a', 'b', 'c', 'd'].map((name) => row(name)),
      alerts,
      atMs,
    );
    expect(rows.map(({ entity, trouble }) => [entity.name, trouble.severity])).toEqual([
      ['c', 'critical'],
      ['a', 'warning'],
      ['b', null],
      ['d', null],
    ]);
    expect(rows[1]!.trouble.reason).toBe('CPU of a is high');
  });

  it('of the present has the title of its alert', () => {
    const troubled = row('a', [1], { trouble: { severity: 'warning', reason: 'x', alertIds: ['1'] } });
    const [told, other] = withTitles([troubled, row('b')], [alert('1', 'a', atMs)]);
    expect(told!.trouble.reason).toBe('CPU of a is high');
    expect(other!.trouble.reason).toBeNull();
  });
});

it('rows that are held keep their order, and new ones come last', () => {
  expect(inHeldOrder(['c', 'a', 'b', 'x'], (key) => key, ['a', 'b', 'c'])).toEqual(['a', 'b', 'c', 'x']);
});

describe('what is said of machines of which only some are shown', () => {
  const troubled = (name: string) => row(name, [1], { trouble: { severity: 'warning', reason: 'x', alertIds: ['a'] } });
  const paths = (rows: readonly MeasureRow[]) => new Set(rows.map(({ path }) => path));

  it('counts all with an open alert, and calls none normal that was not looked at', () => {
    const rows = Array.from({ length: 200 }, (_, nth) => troubled(`m${nth}`));
    const reach = reachOf({ rows, count: 450, troubled: 260 }, paths(rows));
    expect(reach).toEqual({ inTrouble: 260, normal: 0, unseen: 190 });
    expect(unseenText(reach)).toBe('190 more are not shown.');
    expect(normalText(reach)).toBe('');
    expect(normalText({ ...reach, normal: 12 })).toBe('Of those shown, 12 are normal and have one line each.');
  });

  it('counts one that has no data beside those with an alert', () => {
    const rows = [troubled('a'), row('silent'), row('fine')];
    expect(reachOf({ rows, count: 4, troubled: 1 }, paths(rows.slice(0, 2)))).toEqual({
      inTrouble: 2,
      normal: 1,
      unseen: 1,
    });
  });

  it('says nothing of others where all are shown', () => {
    expect(unseenText(reachOf({ rows: [row('a')], count: 1, troubled: 0 }, new Set()))).toBe('');
  });
});
