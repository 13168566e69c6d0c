import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import type { Facts, Sample } from '../../../functions/shared/domain/sample.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { type Effect, header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { context, end, run, sample, start, stored, tick } from './records.ts';

const hour = 3_600_000;

/** Returns a document of a monitor; its facts name the monitor. */
const uptime = (monitor: string, timestampMs: number, parts: Partial<Sample> = {}): LogRecord =>
  sample({
    timestampMs,
    dataset: 'uptime',
    measurements: { 'monitor.duration.us': monitor.length },
    facts: { 'url.full': `https://${monitor}.example/`, 'monitor.status': 'up' },
    ...parts,
  });

/** Returns documents of several monitors, a round of them every ten seconds. */
const rounds = (
  count: number,
  apartMs: number,
  parts: Partial<Sample> = {},
  monitors = ['shop', 'a', 'cdn'],
): LogRecord[] =>
  Array.from({ length: count }, (_, round) =>
    monitors.map((monitor, nth) => uptime(monitor, start + round * 10_000 + nth * apartMs, parts)),
  ).flat();

const lettersOf = (effects: readonly Effect[]): string[] =>
  effects
    .filter((effect) => effect.headers[letterHeader.reason] === 'collision')
    .map((effect) => effect.headers[letterHeader.detail]!);
const collisionsIn = (records: readonly LogRecord[]): number => run(records).state.counts.get('collision') ?? 0;
const lettersIn = (records: readonly LogRecord[]): string[] => lettersOf(run(records).effects);

const setting = 'sources: [{match: {dataset: uptime}, dimensions: [url.full]}]';

describe('documents of several things with one series and one moment', () => {
  it('are counted, except the first, and reported once, with the fact and the setting that tell them apart', () => {
    const records = rounds(5, 0);
    expect(collisionsIn(records)).toBe(10);
    expect(lettersIn(records)).toEqual([
      `c/host/a uptime: documents of several things come as one series; they differ in url.full; to tell them apart, add to the settings: ${setting}`,
    ]);
  });

  it('are reported again an hour later', () => {
    const records = [...rounds(3, 0), ...rounds(365, 0).slice(3 * 355, 3 * 360)];
    expect(lettersIn(records)).toHaveLength(1);
    expect(lettersIn(rounds(365, 0))).toHaveLength(2);
  });

  it('are reported once for each dataset', () => {
    const records = rounds(4, 0);
    const other = rounds(4, 0, { dataset: 'ping' });
    const sameOnOtherHost = rounds(4, 0, { entity: { cluster: 'c', kind: 'host', name: 'b' } });
    expect(lettersIn([...records, ...other, ...sameOnOtherHost])).toHaveLength(2);
  });

  it('are reported without a fact if no text differs', () => {
    const records = rounds(3, 0, { facts: { 'monitor.status': 'up' } });
    expect(lettersIn(records)).toEqual([expect.stringContaining('no text tells them apart')]);
  });

  it('name first what alternates, and not what is new with each document', () => {
    const records = rounds(4, 0).map((record, nth) => {
      const document: Sample = JSON.parse(String(record.value));
      return sample({ ...document, facts: { 'trace.id': `${nth}`, ...document.facts } });
    });
    expect(lettersIn(records)).toEqual([expect.stringContaining('differ in url.full, trace.id; ')]);
  });

  it('are looked into in at most 32 datasets, and counted in all', () => {
    const records = Array.from({ length: 40 }, (_, nth) => rounds(3, 0, { dataset: `d${nth}` })).flat();
    expect(lettersIn(records)).toHaveLength(32);
    expect(collisionsIn(records)).toBe(40 * 6);
  });
});

describe('documents that are no collision', () => {
  it('are equal ones: they are duplicates', () => {
    const records = [...rounds(1, 0, {}, ['shop']), ...rounds(1, 0, {}, ['shop'])];
    expect(Object.fromEntries(run(records).state.counts)).toEqual({ duplicate: 1 });
  });

  it('have different metrics at one moment', () => {
    const records = [0, 1, 2].flatMap((nth) => [
      uptime('shop', start + nth * 10_000),
      uptime('shop', start + nth * 10_000, { measurements: { 'host.disk.read.bytes': 5 }, facts: { disk: 'sda' } }),
    ]);
    expect(Object.fromEntries(run(records).state.counts)).toEqual({});
  });

  it('are out of order', () => {
    const records = rounds(6, 0, {}, ['shop']);
    const swapped = [0, 2, 1, 4, 3, 5].map((nth) => records[nth]!);
    expect(Object.fromEntries(run(swapped).state.counts)).toEqual({ late: 2 });
  });

  it('came early because their shipper was restarted, also with another version', () => {
    const versioned = (timestampMs: number, version: string) =>
      uptime('shop', timestampMs, { periodMs: 10_000, facts: { 'agent.version': version } });
    const restarts = Array.from({ length: 60 }, (_, nth) =>
      versioned(start + nth * 10_000 - (nth >= 30 ? 9_000 : 0), nth < 30 ? '8' : '9'),
    );
    expect(Object.fromEntries(run(restarts).state.counts)).toEqual({});
  });

  it('came after irregular times, whatever their texts', () => {
    const gap = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 100_000 }));
    const event = fc.record({ gap, name: fc.constantFrom('a', 'bb', 'ccc', 'dddd') });
    fc.assert(
      fc.property(fc.array(event, { minLength: 50, maxLength: 150 }), (events) => {
        let timestampMs = start;
        const records = events.map(({ gap, name }) => {
          timestampMs += gap;
          return uptime(name, timestampMs);
        });
        expect(lettersIn(records)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('documents of several things that come shortly after each other', () => {
  it.each([
    ['if the shipper states its period', { periodMs: 10_000 }, 6],
    ['if the period is learned', {}, 16],
  ] as const)('are counted and reported %s', (_name, parts, count) => {
    const records = rounds(count, 700, parts);
    expect(collisionsIn(records)).toBeGreaterThan(0);
    expect(lettersIn(records)).toEqual([expect.stringContaining(setting)]);
  });

  it('are reported within twelve rounds', () => {
    expect(lettersIn(rounds(12, 700))).toHaveLength(1);
  });

  it('are no collision without a fact that tells them apart', () => {
    const records = rounds(20, 700, { periodMs: 10_000, facts: { 'monitor.status': 'up' } });
    expect([collisionsIn(records), lettersIn(records)]).toEqual([0, []]);
  });
});

describe('the cases of a partition', () => {
  const records = [...rounds(4, 0), ...rounds(14, 700, { dataset: 'other' })];

  it('are the same after the state was stored', () => {
    let blocks = new Map<string, Uint8Array>();
    const effects = records.flatMap((record) => {
      const state = detectStep.open(blocks, context);
      const made = detectStep.apply(state, record, context);
      blocks = stored(blocks, detectStep.takeChanges(state));
      return [...made];
    });
    expect(effects).toEqual(run(records).effects);
    expect(lettersOf(effects)).toHaveLength(2);
  });

  it('are forgotten an hour after their newest collision, or with their replay', () => {
    const { state } = run([...records, ...rounds(4, 0, { scope: 'r' })]);
    expect(detectStep.takeChanges(state).get('collisions')).toBeInstanceOf(Uint8Array);
    run([end(start + hour, 'r'), tick(start + 10_000), tick(start + 2 * hour)], state);
    expect(detectStep.takeChanges(state).get('collisions')).toBeNull();
  });

  it('keep at most 128 facts of each dataset', () => {
    const many = Array.from({ length: 400 }, (_, nth): Facts => ({ a: `${nth}`, b: `${nth}` }));
    const { state } = run(many.map((facts, nth) => uptime(`${'x'.repeat(nth % 5)}`, start, { facts })));
    const [[, { known }]] = JSON.parse(String(detectStep.takeChanges(state).get('collisions')));
    expect(known.seen).toHaveLength(128);
  });
});

it('a dead letter of a collision is the sample, so that it can be read', () => {
  const { effects } = run(rounds(3, 0));
  const letter = effects.find((effect) => effect.headers[letterHeader.reason] === 'collision');
  expect(JSON.parse(String(letter?.value))).toMatchObject({ dataset: 'uptime', facts: { 'monitor.status': 'up' } });
  expect(letter?.headers[letterHeader.originalSchema]).toBe(sample().headers[header.schema]);
});
