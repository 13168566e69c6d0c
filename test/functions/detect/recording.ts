import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Anomaly } from '../../../functions/shared/domain/anomaly.ts';
import type { Entity } from '../../../functions/shared/domain/entity.ts';
import { catalogueFacts } from '../../../functions/shared/domain/metric-catalogue.ts';
import type { LogRecord } from '../../../functions/shared/domain/record.ts';
import type { Dimensions } from '../../../functions/shared/domain/series.ts';
import { ReplayTime } from '../../../local/replay-time.ts';
import { anomaliesOf, end, run, sample, tick } from './records.ts';

const scope = 'recorded';
const folder = new URL('../../../events/recordings/', import.meta.url);

export interface Label {
  readonly dataset: string;
  readonly host: string;
  readonly field: string;
  readonly where: Readonly<Record<string, string | number>>;
}

export interface Incident {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly series: readonly Label[];
}

export const incidents: readonly Incident[] = JSON.parse(
  readFileSync(new URL('labels.json', folder), 'utf8'),
).incidents;

/** The last record of each anomaly that detection finds in the recording, by onset. */
export function anomaliesOfRecording(): Anomaly[] {
  const last = new Map(anomaliesOf(run(recordsOfRecording()).effects).map((anomaly) => [anomaly.id, anomaly]));
  return [...last.values()].sort((a, b) => a.startsAtMs - b.startsAtMs);
}

/** The recording as samples with event-time ticks and an end, read with as little as these documents need. */
export function recordsOfRecording(): LogRecord[] {
  const lines = gunzipSync(readFileSync(new URL('cluster-load.ndjson.gz', folder)))
    .toString()
    .trim()
    .split('\n');
  const time = new ReplayTime(Date.parse('2100-01-01'));
  const records: LogRecord[] = [];
  for (const line of lines) {
    const fields = flatten(JSON.parse(line));
    const timestampMs = Date.parse(String(fields['@timestamp']));
    records.push(...time.ticksBefore(timestampMs).map((timeMs) => tick(timeMs, scope)));
    const measurements = measurementsOf(fields);
    if (Object.keys(measurements).length === 0) continue;
    const dataset = String(fields['event.dataset']);
    records.push(sample({ ...identityOf(dataset, fields), timestampMs, dataset, measurements, scope }));
  }
  return [...records, tick(time.finalTickMs()!, scope), end(time.finalTickMs()!, scope)];
}

/** Whether an anomaly is of the series that a label names. */
export function isLabelled(anomaly: Anomaly, { dataset, host, field, where }: Label): boolean {
  if (anomaly.dataset !== dataset || anomaly.series.metric !== field) return false;
  const place = [anomaly.series.entity.name, ...Object.values(anomaly.series.dimensions)];
  const names = dataset.startsWith('system.') ? [host, ...Object.values(where)] : Object.values(where);
  return names.every((name) => place.some((part) => part === String(name) || part.startsWith(`${name}:`)));
}

type Fields = Readonly<Record<string, unknown>>;

function flatten(value: object, prefix = '', into: Record<string, unknown> = {}): Fields {
  for (const [name, part] of Object.entries(value)) {
    const path = `${prefix}${name}`;
    if (typeof part === 'object' && part !== null && !Array.isArray(part)) flatten(part, `${path}.`, into);
    else into[path] = part;
  }
  return into;
}

function measurementsOf(fields: Fields): Record<string, number> {
  const known = Object.entries(fields).filter(([name]) => catalogueFacts(name) !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, Number(value)]));
}

function identityOf(dataset: string, fields: Fields): { entity: Entity; dimensions: Dimensions } {
  const text = (name: string): string => String(fields[name]);
  const of = (kind: Entity['kind'], name: string, dimensions: Dimensions = {}) => ({
    entity: { cluster: scope, kind, name },
    dimensions,
  });
  const host = text('host.name');
  switch (dataset) {
    case 'system.diskio':
      return of('host', host, { device: text('system.diskio.name') });
    case 'system.network':
      return of('host', host, { interface: text('system.network.name') });
    case 'system.filesystem':
      return of('host', host, { mount_point: text('system.filesystem.mount_point') });
    case 'kafka.partition':
      return of('topic', text('kafka.topic.name'), { partition: text('kafka.partition.id') });
    case 'kafka.consumergroup':
      return of('consumer-group', text('kafka.consumergroup.id'), {
        topic: text('kafka.topic.name'),
        partition: text('kafka.partition.id'),
      });
    case 'moosefs.master':
      return of('storage-master', text('service.address'));
    case 'moosefs.chunkserver':
      return of('chunkserver', `${text('moosefs.chunkserver.ip')}:${text('moosefs.chunkserver.port')}`);
    case 'moosefs.disk':
      return of('chunkserver', text('service.address'), { device: text('moosefs.disk.path') });
    default:
      return of('host', host);
  }
}
