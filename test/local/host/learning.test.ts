import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { valuesToLearn } from '../../../functions/detect/detector/layout.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { type Embedded, openEmbedded } from '../../../local/embedded.ts';
import { warm } from '../../../local/history/warm.ts';
import { learningWords } from '../../../local/host/learning.ts';

const startMs = Date.parse('2026-11-23T02:00:00Z');
const watched = { cluster: 'local', periodMs: 5_000 };

let folder: string;
let embedded: Embedded;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-learning-'));
  const ignored = (): void => {};
  embedded = await openEmbedded({ dataDir: folder, settings: defaultSettings, terminal: ignored, log: ignored });
});
afterEach(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true });
});

const samplesOf = (name: string, from: number, to: number): Sample[] =>
  Array.from({ length: to - from }, (_, nth) => ({
    entity: { cluster: 'local', kind: 'host', name },
    timestampMs: startMs + (from + nth) * 5_000,
    dataset: 'system.cpu',
    dimensions: {},
    measurements: { 'system.cpu.total.norm.pct': 0.1 + (nth % 3) / 100 },
    source: 'metricbeat',
  }));

async function teach(samples: readonly Sample[]): Promise<void> {
  const { eventLog, layout } = embedded.ports;
  const afterAppend = (): Promise<void> => embedded.drain();
  const signal = new AbortController().signal;
  await warm(
    (async function* () {
      yield samples;
    })(),
    { eventLog, layout, rate: 1_000_000, afterAppend, signal },
  );
}

const words = () => learningWords({ ...embedded.ports, settings: defaultSettings }, watched);

describe('the words at a start for how long this host is learned', () => {
  it('are the whole time at a first start, whatever was learned of other hosts', async () => {
    await teach(samplesOf('another', 0, valuesToLearn));
    expect(await words()).toBe('250 s to learn what is normal');
  });

  it('are the whole time where the warehouse has samples of a state that is lost', async () => {
    const writes = samplesOf(hostname(), 0, valuesToLearn).map((sample, nth) => ({
      ...{ family: 'offbeat-samples' as const, id: `${nth}`, timeMs: sample.timestampMs },
      document: sampleDocument.write(sample),
    }));
    await embedded.ports.warehouse.write(writes);
    expect(await words()).toBe('250 s to learn what is normal');
  });

  it('are a range where a part was learned, because a new series takes the whole time', async () => {
    await teach(samplesOf(hostname(), 0, valuesToLearn - 10));
    expect(await words()).toBe('50 to 250 s to learn what is normal');
  });

  it('say of how many series all was learned, and until when', async () => {
    await teach(samplesOf(hostname(), 0, valuesToLearn));
    expect(await words()).toBe(
      'what is normal was learned before of 1 series, until 2026-11-23T02:04:05.000Z; up to 250 s for any other',
    );
  });

  it('say of how many of the known series all was learned', async () => {
    await teach(samplesOf(hostname(), 0, valuesToLearn));
    const memory = samplesOf(hostname(), 0, 3).map((sample) => ({
      ...sample,
      dataset: 'system.load',
      measurements: { 'system.load.norm.1': 0.2 },
    }));
    await teach(memory);
    expect(await words()).toMatch(/learned before of 1 of 2 known series, until .*; up to 250 s for any other$/);
  });

  it('are the whole time while the ledger does not answer', async () => {
    const read = async () => {
      throw new UnavailableError('the ledger is away');
    };
    const ports = { ...embedded.ports, ledger: { ...embedded.ports.ledger, read }, settings: defaultSettings };
    expect(await learningWords(ports, watched)).toBe('250 s to learn what is normal');
  });
});
