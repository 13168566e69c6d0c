import { describe, expect, it } from 'vitest';
import { bundledRecording } from '../../bin/commands/start.ts';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { alertDocument } from '../../functions/shared/warehouse/alert-document.ts';
import { openEmbedded } from '../../local/embedded.ts';

type Counts = readonly [beats: number, samples: number, signals: number];

/** Returns the alerts of the recorded cluster with these numbers of partitions, the oldest first. */
async function alertsOver(
  [beats, samples, signals]: Counts,
  poller: 'drained' | 'in the background',
): Promise<Alert[]> {
  const partitions = {
    ...onePartitionEach,
    [topics.beats]: beats,
    [topics.samples]: samples,
    [topics.summaries]: samples,
    [topics.signals]: signals,
  };
  const embedded = await openEmbedded({
    dataDir: undefined,
    settings: defaultSettings,
    layout: { partitions },
    terminal: () => {},
  });
  try {
    if (poller === 'in the background') await embedded.start();
    await embedded.replay({ file: bundledRecording, cluster: 'recorded' });
    await embedded.stop();
    await embedded.drain();
    const query = { family: 'offbeat-alerts', match: {}, order: 'oldest first', limit: 1_000 } as const;
    return (await embedded.ports.warehouse.search(query)).map(alertDocument.read);
  } finally {
    await embedded.close();
  }
}

const one = await alertsOver([1, 1, 1], 'drained');

describe('the recorded cluster', () => {
  it('has six alerts over one partition of each topic', () => {
    expect(one).toHaveLength(6);
  });

  it.each<[Counts, 'drained' | 'in the background']>([
    [[2, 4, 1], 'drained'],
    [[2, 4, 1], 'in the background'],
    [[4, 4, 2], 'drained'],
    [[8, 8, 4], 'in the background'],
  ])('has the same alerts over %j partitions of beats, samples and signals, read %s', async (counts, poller) => {
    expect(await alertsOver(counts, poller)).toEqual(one);
  });
});
