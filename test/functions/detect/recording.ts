import { readFileSync } from 'node:fs';
import type { Anomaly } from '../../../functions/shared/domain/anomaly.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { linesAheadMax } from '../../../local/replay/look-ahead.ts';
import { ReplayTime } from '../../../local/replay/replay-time.ts';
import { recording } from '../../support/recorded.ts';
import { beat, replayed, samplesOf } from '../normalise/beats.ts';
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

/** Returns the last record of each anomaly that detect finds in the recording, by onset. */
export function anomaliesOfRecording(): Anomaly[] {
  const last = new Map(anomaliesOf(run(recordsOfRecording()).effects).map((anomaly) => [anomaly.id, anomaly]));
  return [...last.values()].sort((a, b) => a.startsAtMs - b.startsAtMs);
}

/** Returns the recording as normalise emits it, with ticks of its own time and an end. */
export function recordsOfRecording(): LogRecord[] {
  const time = new ReplayTime(Date.parse('2100-01-01'));
  const records: LogRecord[] = [];
  const documents = recording();
  const stated = documents.map((document) => ({
    timeMs: Date.parse(String(document['@timestamp'])),
    shipper: '',
  }));
  for (const [nth, document] of documents.entries()) {
    const ticks = time.ticksBefore(stated[nth]!, stated.slice(nth + 1, nth + 1 + linesAheadMax));
    if (ticks === 'ahead') throw new Error(`document ${nth} of the recording is ahead of the others`);
    records.push(...ticks.map((timeMs) => tick(timeMs, scope)));
    records.push(...samplesOf(beat(document, replayed)).map((parts) => sample(parts)));
  }
  return [...records, tick(time.finalTickMs()!, scope), end(time.finalTickMs()!, scope)];
}

/** Returns whether an anomaly belongs to the series that a label names. */
export function isLabelled(anomaly: Anomaly, { dataset, host, field, where }: Label): boolean {
  if (anomaly.dataset !== dataset || anomaly.series.metric !== field) return false;
  const place = [anomaly.series.entity.name, ...Object.values(anomaly.series.dimensions)];
  const names = dataset.startsWith('system.') ? [host, ...Object.values(where)] : Object.values(where);
  return names.every((name) => place.some((part) => part === String(name) || part.startsWith(`${name}:`)));
}
