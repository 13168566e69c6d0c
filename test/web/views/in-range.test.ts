import { describe, expect, it } from 'vitest';
import { judgeCalm } from '../../../web/views/machine/situation.ts';
import { offTimes, standingText } from '../../../web/views/machines/in-range.ts';
import { largest } from '../../../web/views/throughput/contributors.ts';
import { anomaliesOf, offMachinesText } from '../../../web/views/throughput/off-machines.ts';
import { busiestText, judgeTraffic } from '../../../web/views/throughput/situation.ts';

const minuteMs = 60_000;
const range = { fromMs: 0, toMs: 30 * minuteMs };
const anomaly = (fromMs: number, toMs: number | null) => ({ fromMs, toMs, severity: 'warning' as const });
const row = (name: string, ...anomalies: ReturnType<typeof anomaly>[]) => ({
  entity: { cluster: 'prod', kind: 'host' as const, name },
  path: `prod/host/${name}`,
  trouble: { severity: null, reason: null, alertIds: [] },
  newestMs: range.toMs,
  measures: { 'disk.write': { values: [1], last: 1, series: [], anomalies } },
});
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('the sentence about the traffic of a range', () => {
  const judge = (rows: ReturnType<typeof row>[], alerts = 0) => {
    const { glyph, clause } = judgeTraffic({
      data: { rows, ...range },
      alerts,
      span: '30 min',
      zone: 'utc',
      nowMs: range.toMs,
    });
    return [glyph, plain(clause)];
  };

  it('is about all of it: traffic that was off before its end was not as expected', () => {
    expect(judge([row('a', anomaly(2 * minuteMs, 4 * minuteMs))])).toEqual([
      'warning',
      '; in the 30 min shown, some of it was off its expected range once, for 2 min until 00:04:00',
    ]);
    expect(judge([row('a', anomaly(2 * minuteMs, null))])[1]).toBe(', and some of it is off its expected range');
  });

  it('says that an alert was open, and else that all was as expected', () => {
    expect(judge([row('a')], 2)).toEqual(['warning', '; 2 alerts were open in the 30 min shown']);
    expect(judge([row('a')])).toEqual(['ok', ', as expected in all of the 30 min shown']);
  });

  it('names the machines and the times, which are marked on the lines of all machines', () => {
    const rows = [
      row('a', anomaly(2 * minuteMs, 4 * minuteMs)),
      row('b', anomaly(3 * minuteMs, 5 * minuteMs)),
      row('c'),
    ];
    const measures = [{ name: 'disk.write' as const, title: 'Disk write', unit: 'By/s' }];
    expect(offMachinesText({ rows, measures, ...range }, { zone: 'utc', nowMs: range.toMs })).toBe(
      '00:02:00 to 00:05:00 disk write of a and b',
    );
    expect(anomaliesOf({ rows, ...range }, 'disk.write')).toEqual([anomaly(2 * minuteMs, 5 * minuteMs)]);
    expect(offMachinesText({ rows: [row('c')], measures, ...range }, { zone: 'utc', nowMs: range.toMs })).toBe('');
  });

  it('leaves out measures that are no traffic', () => {
    const busy = {
      ...row('a'),
      measures: { cpu: { values: [1], last: 1, series: [], anomalies: [anomaly(0, null)] } },
    };
    expect(judge([busy as never])[0]).toBe('ok');
  });
});

describe('the sentence about machines in a range', () => {
  it('names those that were off before its end', () => {
    const told = { total: 5, span: '1 d', isOver: true };
    expect(standingText({ ...told, names: ['a'] })).toBe(
      'One of five machines was off in the 1 d shown, and normal at its end: a.',
    );
    expect(plain(standingText({ ...told, names: ['a', 'b', 'c', 'd', 'e'], isOver: false }))).toBe(
      'All five machines were off in the 1 d shown, and are normal again: a, b, c and 2 others.',
    );
    expect(standingText({ ...told, names: [] })).toBe('All five machines were normal in all of the 1 d shown.');
    expect(standingText({ ...told, names: [], isOver: false })).toBe(
      'All five machines are normal, and were in all of the 1 d shown.',
    );
  });

  it('counts an alert that named a machine, whatever its measure', () => {
    const own = row('a');
    const alert = {
      entity: own.entity,
      suspects: [],
      startsAtMs: minuteMs,
      endsAtMs: 2 * minuteMs,
      status: 'resolved',
    };
    expect(offTimes(own, [alert as never], range)).toEqual([{ fromMs: minuteMs, toMs: 2 * minuteMs }]);
    expect(offTimes(row('b'), [alert as never], range)).toEqual([]);
    expect(offTimes(own, [alert as never], { fromMs: 3 * minuteMs, toMs: range.toMs })).toEqual([]);
  });
});

describe('was the throughput of a machine normal yesterday?', () => {
  const times = [0, minuteMs, 5 * minuteMs, 6 * minuteMs];
  const values = [1e6, 2e6, 1e6, 30e6];
  const max = [1e6, 88.5e6, 1e6, 40e6];
  const chart = { metric: 'system.diskio.write.bytes', unit: 'B/s', values, max };
  const part = (upper: (number | null)[] | undefined, ...anomalies: ReturnType<typeof anomaly>[]) =>
    ({ title: 'Disk sda, write', chart: { ...chart, anomalies, upper } }) as never;
  const judge = (...rows: never[]) => {
    const judged = judgeCalm({ rows, times, alerts: [], range, isOver: true, zone: 'utc', nowMs: range.toMs });
    return { ...judged, say: plain(judged.say), parts: plain(judged.parts) };
  };

  it('is answered for the range shown', () => {
    expect(judge(part([1], anomaly(0, minuteMs), anomaly(5 * minuteMs, 6 * minuteMs)))).toEqual({
      glyph: 'warning',
      say: 'was off its expected range twice, 2 min in all, the last time until 00:06:00.',
      parts: '00:00:00 to 00:01:00 Disk sda write up to 88.5 MB/s; 00:05:00 to 00:06:00 Disk sda write up to 40 MB/s.',
    });
    expect(judge(part([null, 1]))).toMatchObject({ glyph: 'ok', say: 'was normal in all of the 30 min shown.' });
  });

  it('is not answered before an expected range is learned', () => {
    expect(judge(part(undefined))).toMatchObject({ glyph: 'unknown' });
  });
});

describe('an answer that holds only the first machines', () => {
  const first = { rows: [row('a'), row('b')], next: 'cursor', count: 5, ...range };

  it('is judged as that of the machines that are shown', () => {
    const { clause, meaning } = judgeTraffic({ data: first, alerts: 0, span: '30 min', zone: 'utc', nowMs: 0 });
    expect(clause).toBe('; that of the 2 machines that are shown is as expected in all of the 30 min shown');
    expect(meaning).toBe('The traffic of the 2 machines that are shown is as expected');
  });

  it('is ranked as that of the machines that are shown', () => {
    expect(busiestText(first, 1)).toBe('The 1 busiest of the 2 machines that are shown; there are 5.');
    expect(busiestText({ rows: first.rows, count: 2 }, 1)).toBe('The 1 busiest of 2 machines.');
  });
});

it('the others of a list lead to the list of all of their kind', () => {
  const all = ['a', 'b', 'c'].map((name) => ({ name, href: `/queues?${name}`, value: 1 }));
  expect(largest(all, 1, '/queues').at(-1)).toEqual({ name: '2 others', href: '/queues', value: 2 });
});

it('machines are not called normal in a range whose alerts are not known', () => {
  const of = { total: 5, span: '1 d', isOver: true, gap: 'the alerts could not be read' };
  expect(standingText({ ...of, names: [] })).toBe(
    'No measure of the five machines was off in the 1 d shown; the alerts could not be read.',
  );
  expect(standingText({ ...of, names: ['a'] })).toMatch(/: a; the alerts could not be read\.$/);
});
