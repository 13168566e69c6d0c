import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { normalise } from '../../../functions/normalise/normalise.ts';
import { logLevels } from '../../../functions/shared/domain/log-level.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, context, run, sample, start, stored, summariesOf, tick } from './records.ts';

const minute = 60_000;
const at = (minutes: number, seconds = 0): number => start + minutes * minute + seconds * 1_000;

/** Returns a log record of host `a`. Its id is made of its time unless one is given. */
const line = (level: string, timestampMs: number, parts: Partial<Sample> = {}): LogRecord =>
  sample({
    timestampMs,
    dataset: 'shop.app',
    dimensions: { level },
    measurements: { 'log.records': 1 },
    line: { id: timestampMs % 2 ** 32, text: 'm' },
    ...parts,
  });

/** Returns one log record every three seconds, from one minute up to another. */
const steady = (from: number, to: number, level = 'info'): LogRecord[] =>
  Array.from({ length: 20 * (to - from) }, (_, nth) => line(level, at(from, nth * 3)));
/** Returns 300 log records a minute of level `error`, from one minute up to another. */
const errors = (from: number, to: number, text = (nth: number) => `failed ${nth}`): LogRecord[] =>
  Array.from({ length: 300 * (to - from) }, (_, nth) => {
    const timestampMs = start + from * minute + nth * 200;
    return line('error', timestampMs, { line: { id: nth, text: text(nth) } });
  });

/** Returns records in the order of their append times, with a tick every ten seconds up to a minute. */
function withTicks(records: readonly LogRecord[], to: number): LogRecord[] {
  const ticks = Array.from({ length: 6 * to }, (_, nth) => tick(at(0, nth * 10)));
  return [...records, ...ticks].sort((a, b) => a.timestampMs - b.timestampMs);
}

const recordsEachMinute = (records: readonly LogRecord[]): (number | undefined)[] =>
  summariesOf(run(records).effects).map(({ metrics }) => metrics['log.records']?.last);

describe('the log records of a group', () => {
  it('count once, although their batch was shipped twice', () => {
    const batches = [0, 1, 2, 3].flatMap((from) => [...steady(from, from + 1), ...steady(from, from + 1)]);
    const records = [...batches, tick(at(4, 30))];
    expect(recordsEachMinute(records)).toEqual([20, 20, 20, 20]);
    expect(run(records).state.counts.get('duplicate')).toBe(80);
  });

  it('count once, wherever the state was stored and opened in between', () => {
    const records = [...steady(0, 1), ...steady(0, 1), ...steady(1, 2), ...steady(0, 2), tick(at(3))];
    let blocks = new Map<string, Uint8Array>();
    const effects = records.flatMap((record) => {
      const state = detectStep.open(blocks, context);
      const made = detectStep.apply(state, record, context);
      blocks = stored(blocks, detectStep.takeChanges(state));
      return [...made];
    });
    expect(summariesOf(effects)).toEqual(summariesOf(run(records).effects));
    expect(recordsEachMinute(records)).toEqual([20, 20]);
  });

  it('count each where the shipper names no place, because two of them may be equal', () => {
    const anonymous = steady(0, 1).map((_, nth) => line('info', at(0, nth), { line: { text: 'm' } }));
    expect(recordsEachMinute([...anonymous, ...anonymous, tick(at(2))])).toEqual([40]);
  });

  it('count in their own minute while it is open, however late they come', () => {
    const late = [59, 58].map((second) => ({ ...line('info', at(0, second)), timestampMs: at(1, 29) }));
    const tooLate = { ...line('info', at(0, 56)), timestampMs: at(1, 31) };
    expect(recordsEachMinute(withTicks([...steady(0, 2), ...late, tooLate], 4))).toEqual([22, 20]);
  });

  it('are told apart up to 8,192 in a minute; the others are counted', () => {
    const many = Array.from({ length: 8_200 }, (_, nth) =>
      line('info', at(0, nth / 200), { line: { id: nth + 1, text: 'm' } }),
    );
    const { state, effects } = run([...many, ...many, tick(at(2))]);
    expect(Object.fromEntries(state.counts)).toEqual({ duplicate: 8_192, 'line not compared': 16 });
    expect(summariesOf(effects)[0]?.metrics['log.records']?.last).toBe(8_208);
  });

  it('leave no bytes behind when their minute closes', () => {
    const bytesAfter = (lines: readonly LogRecord[]): number => {
      const { state } = run([...lines, tick(at(5))]);
      const [group] = state.table.all();
      return group!.size.logBytes;
    };
    expect(bytesAfter(errors(0, 2))).toBe(bytesAfter(errors(0, 1)));
    expect(run(errors(0, 1)).state.table.all()[0]!.size.logBytes).toBeGreaterThan(300 * 4);
  });
});

describe('the first errors of a host', () => {
  const opened = (records: readonly LogRecord[]) =>
    anomaliesOf(run(records).effects).filter(({ revision }) => revision === 1);

  it('are off in their second minute if the log has been known for 40 minutes', () => {
    const records = withTicks([...steady(0, 45), ...errors(40, 45)], 50);
    const [anomaly, ...others] = opened(records);
    expect(others).toEqual([]);
    expect(anomaly).toMatchObject({
      startsAtMs: at(40),
      peak: 300,
      series: { dimensions: { level: 'error' } },
    });
    expect(anomaly!.updatedAtMs).toBeLessThanOrEqual(at(43));
  });

  it('are learned if nothing is known of the log', () => {
    expect(opened(withTicks(errors(0, 5), 10))).toEqual([]);
  });

  it('are learned if only another dataset or another host is known', () => {
    const known = steady(0, 45).map((_, nth) => line('info', at(0, nth * 60), { dataset: 'nginx.access' }));
    const other = { cluster: 'c', kind: 'host', name: 'b' } as const;
    const others = steady(0, 45).map((_, nth) => line('info', at(0, nth * 60), { entity: other }));
    expect(opened(withTicks([...known, ...others, ...errors(40, 45)], 50))).toEqual([]);
  });

  it('are no anomaly below the floor of 30 records a minute', () => {
    expect(opened(withTicks([...steady(0, 45), ...steady(40, 45, 'error')], 50))).toEqual([]);
  });
});

describe('an anomaly of log records', () => {
  const texts = ['no route to 10.0.0.1', 'no route to 10.0.0.2', 'disk full', 'out of memory', 'late'];
  const records = withTicks([...steady(0, 45), ...errors(40, 45, (nth) => texts[nth % 5]!)], 60);

  it('contains three texts that differ by more than numbers, from its first record to its last', () => {
    const anomalies = anomaliesOf(run(records).effects);
    expect(anomalies.map(({ state }) => state)).toContain('closed');
    for (const { lines } of anomalies) expect(lines).toEqual(['no route to 10.0.0.1', 'disk full', 'out of memory']);
  });

  it('has the first of them in its sentence', () => {
    const [first] = anomaliesOf(run(records).effects);
    expect(first!.reason).toMatch(/expected 0 to 30 records; such as "no route to 10\.0\.0\.1"$/);
  });

  it('contains none where the records have no text', () => {
    const silent = withTicks([...steady(0, 45), ...errors(40, 45, () => '')], 50);
    for (const anomaly of anomaliesOf(run(silent).effects)) expect(anomaly).not.toHaveProperty('lines');
  });
});

it('normalise gives log records no level that is not listed', () => {
  const levels = [
    'finest',
    'DEBUG',
    '6',
    'Notice',
    'warn',
    'severe',
    'fatal',
    '1',
    'panic',
    '0',
    'emerg',
    'blue',
    undefined,
  ];
  const found = levels.map((level) => {
    const document = {
      '@timestamp': new Date(start).toISOString(),
      agent: { type: 'filebeat' },
      host: { name: 'a' },
      log: { level },
    };
    const record = {
      ...sample(),
      value: Buffer.from(JSON.stringify(document)),
      headers: {},
      topic: 'offbeat.beats',
      timestampMs: start,
    };
    return JSON.parse(String(normalise(record, defaultSettings, defaultLayout).effects[0]!.value)).dimensions.level;
  });
  expect(new Set(found).size).toBeGreaterThan(8);
  expect(logLevels).toEqual(expect.arrayContaining(found));
});
