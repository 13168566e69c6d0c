import { valuesToLearn } from '../../functions/detect/detector/layout.ts';
import { minuteMs } from '../../functions/shared/domain/durations.ts';
import { type Settings, settingsSchema } from '../../functions/shared/domain/settings.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { partitionOf, topics } from '../../functions/shared/log/topics.ts';

/** A document in the form that Metricbeat ships. */
export type Beat = Readonly<Record<string, unknown>>;

const clusters = 10;
const usual = 0.2;
const off = 0.95;

/**
 * Hosts of ten clusters, each with a different dataset: two hosts become one incident only if they have the same dataset
 * (functions/alert/topology.ts). Their documents are in the first partition of `beats`; the others are quiet.
 */
export function hostNames(count: number, { partitions }: Layout): readonly string[] {
  const names: string[] = [];
  for (let nth = 0; names.length < count; nth += 1) {
    const name = `c${nth % clusters}-host${nth}`;
    if (partitionOf(name, partitions[topics.beats]) === 0) names.push(name);
  }
  return names;
}

/**
 * Returns the earlier documents of the hosts, in order: enough for judging, then one value that is off. Hosts are measured
 * once a minute, so that the second of three values that are off makes an anomaly (functions/detect/persistence.ts).
 * @param nowMs a minute after the last document
 */
export function historyOf(names: readonly string[], nowMs: number): readonly Beat[] {
  const documents = valuesToLearn + 1;
  return Array.from({ length: documents }, (_, nth) => nth).flatMap((nth) => {
    const timeMs = nowMs - (documents - nth) * minuteMs;
    return names.map((name) => beatOf(name, timeMs, nth < valuesToLearn ? usual : off));
  });
}

/** Returns the document that causes an alert about its host. */
export const alertingBeat = (name: string, timeMs: number): Beat => beatOf(name, timeMs, off);

/** Returns the settings of the run. @param secret a reference, `env:NAME` */
export function pagingSettings(url: string, secret: string): Settings {
  return settingsSchema.parse({
    cluster: { hosts: Array.from({ length: clusters }, (_, nth) => ({ match: `c${nth}-*`, cluster: `c${nth}` })) },
    alerts: { groupWait: '0s' },
    receivers: [{ name: 'bench', webhook: { url, secret, allowPrivate: true } }],
  });
}

function beatOf(name: string, timeMs: number, busy: number): Beat {
  return {
    '@timestamp': new Date(timeMs).toISOString(),
    agent: { type: 'metricbeat' },
    event: { dataset: `bench.${name}` },
    host: { name },
    system: { cpu: { total: { norm: { pct: busy } } } },
  };
}
