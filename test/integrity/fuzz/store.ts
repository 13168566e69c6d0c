import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { openEmbedded } from '../../../local/embedded.ts';
import { anomaly, anomalyRecord, seriesAt, tick } from '../../functions/alert/signals.ts';

/**
 * Makes a store with open alerts, each of a cluster of its own whose time stands still, so that nothing but a command
 * changes them.
 * @param dataDir the data directory of the process that is started on it
 */
export async function makeOpenAlerts(dataDir: string, count: number): Promise<void> {
  const embedded = await openEmbedded({ dataDir, settings: defaultSettings, terminal: () => {}, windowMs: 0 });
  try {
    const clusters = Array.from({ length: count }, (_, nth) => `fuzzed-${nth}`);
    const records = clusters.flatMap((cluster) => signalsOf(cluster));
    const outgoing = records.map(({ cluster, record: { value, headers } }) => ({
      topic: topics.signals,
      partition: 0,
      key: cluster,
      value: value!,
      headers,
    }));
    await embedded.ports.eventLog.append(outgoing);
    await embedded.drain();
  } finally {
    await embedded.close();
  }
}

function signalsOf(scope: string): { readonly cluster: string; readonly record: LogRecord }[] {
  const startMs = Date.now();
  const series = seriesAt('host', 'a', 'system.diskio.write.bytes', scope);
  const off = { ...anomaly({ series, startsAtMs: startMs, updatedAtMs: startMs }), scope } as const;
  return [tick(startMs, { scope }), anomalyRecord(off), tick(startMs + 60_000, { scope })].map((record) => ({
    cluster: scope,
    record,
  }));
}
