import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Settings, settingsSchema } from '../../functions/shared/domain/settings.ts';
import { type Appended, alertsOf, type Course } from '../support/pure-flow.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const periodMs = 5_000;
const samplesEach = 90;

/** The settings of two clusters, with half of the hosts each. Their alerts go to different partitions of `signals`. */
const settings: Settings = settingsSchema.parse({
  cluster: { name: 'prod', hosts: [{ match: 'stage-*', cluster: 'stage' }] },
  alerts: { groupWait: '30s', resolveAfter: '30s', onsetWindow: '2m' },
});

const incident = fc.record({
  host: fc.nat(5),
  from: fc.integer({ min: 60, max: samplesEach - 8 }),
  length: fc.integer({ min: 3, max: 20 }),
  level: fc.constantFrom(0.6, 0.9, 0.99),
});

/**
 * Documents of hosts that ship their load every 5 s; some hosts are off their baseline for a while. Each document takes
 * up to 3 s to arrive.
 */
const documents = fc
  .record({
    hosts: fc.integer({ min: 2, max: 6 }),
    incidents: fc.array(incident, { minLength: 1, maxLength: 6 }),
    lagsMs: fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 7, maxLength: 31 }),
    logsEach: fc.nat(2),
  })
  .map(({ hosts, incidents, lagsMs, logsEach }): Appended[] =>
    Array.from({ length: hosts * samplesEach }, (_, at) => {
      const [host, nth] = [at % hosts, Math.floor(at / hosts)];
      const name = `${host % 2 === 0 ? 'node' : 'stage'}-${host}`;
      const off = incidents.find(
        (each) => each.host % hosts === host && nth >= each.from && nth < each.from + each.length,
      );
      const timestampMs = startMs + nth * periodMs + host * 137;
      const appendedMs = timestampMs + lagsMs[at % lagsMs.length]!;
      const load = off?.level ?? 0.2 + ((at * 7) % 5) / 250;
      const metric = { appendedMs, host: name, document: metricOf(name, timestampMs, load) };
      const lines = Array.from({ length: logsEach + (off === undefined ? 0 : 40) }, () => ({
        appendedMs,
        host: name,
        document: lineOf(name, timestampMs),
      }));
      return [metric, ...(nth % 3 === 0 ? lines : [])];
    })
      .flat()
      .sort((a, b) => a.appendedMs - b.appendedMs),
  );

const metricOf = (name: string, timestampMs: number, load: number) => ({
  '@timestamp': new Date(timestampMs).toISOString(),
  agent: { type: 'metricbeat' },
  host: { name },
  event: { dataset: 'system.cpu' },
  system: { cpu: { total: { norm: { pct: load } } } },
});

const lineOf = (name: string, timestampMs: number) => ({
  '@timestamp': new Date(timestampMs).toISOString(),
  agent: { type: 'filebeat' },
  host: { name },
  event: { dataset: 'app.log' },
  message: 'failed',
  log: { level: 'error' },
});

const partitions = fc.integer({ min: 1, max: 16 });
const layout = fc.record({ beats: partitions, samples: partitions, signals: partitions });
const one = { beats: 1, samples: 1, signals: 1 };

/** Returns numbers in [0, 1) that a seed decides (mulberry32). */
function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const courseOf = (counts: Omit<Course, 'random'>, seed: number): Course => ({ ...counts, random: numbersOf(seed) });

describe('the alerts of a log (ONE-ORDER, ANY-SPLIT)', () => {
  it('are the same, ids included, with 1 to 16 partitions of each topic, in any interleaving and any batches', () => {
    fc.assert(
      fc.property(documents, layout, fc.nat(), (log, counts, seed) => {
        const expected = alertsOf(log, settings, courseOf(one, 1));
        expect(alertsOf(log, settings, courseOf(counts, seed))).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('exist in the logs on which this is tried', () => {
    const counts = fc
      .sample(documents, { seed: 1, numRuns: 20 })
      .map((log) => alertsOf(log, settings, courseOf(one, 1)).size);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });
});
