import { mkdirSync } from 'node:fs';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { takeDataDir } from '../../../local/data-dir.ts';
import { openStore } from '../../../local/sqlite/store.ts';

const batch = 5_000;
const hosts = 100;

/** Fills the warehouse of a data directory as a process does that has watched 100 hosts. */
export async function writeSamples(directory: string, count: number): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const { storePath, release } = takeDataDir(directory);
  const store = openStore(storePath, defaultLayout, systemClock);
  try {
    const endMs = Date.now();
    for (let from = 0; from < count; from += batch) {
      const samples = Array.from({ length: Math.min(batch, count - from) }, (_, nth) =>
        sampleOf(from + nth, endMs - (count - from - nth) * 10),
      );
      const writes = samples.map((sample, nth) => ({
        family: 'offbeat-samples' as const,
        id: `sample-${from + nth}`,
        timeMs: sample.timestampMs,
        document: sampleDocument.write(sample),
      }));
      await store.warehouse.write(writes);
    }
  } finally {
    store.close();
    release();
  }
}

function sampleOf(nth: number, timestampMs: number): Sample {
  const dimensions = { device: `sd${nth % 8}` };
  return {
    entity: { cluster: 'prod', kind: 'host', name: `node-${nth % hosts}` },
    timestampMs,
    dataset: 'system.diskio',
    dimensions,
    measurements: Object.fromEntries(
      Array.from({ length: 10 }, (_, metric) => [`system.diskio.metric_${metric}`, nth * metric]),
    ),
    source: 'metricbeat',
  };
}
