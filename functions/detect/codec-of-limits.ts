import { severities } from '../shared/domain/anomaly.ts';
import type { Limit } from '../shared/domain/limit.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { type LimitEpisode, type LimitWatch, noWatches } from './limit-watch.ts';

/** Writes the number of series that are beyond limits, and each with its limits and its episode. */
export function writeWatches(out: ByteWriter, watches: ReadonlyMap<number, LimitWatch>): void {
  const inOrder = [...watches].sort(([a], [b]) => a - b);
  out.uint(inOrder.length);
  for (const [index, { beyond, episode }] of inOrder) {
    out.uint(index).uint(beyond.length);
    for (const { limit, sinceMs } of beyond) writeLimit(out, limit).double(sinceMs);
    out.flag(episode !== undefined);
    if (episode !== undefined) writeEpisode(out, episode);
  }
}

/** The bytes of a series without limits and episode, and those of a limit. */
const watchBytesMin = 9;
const beyondBytes = 29;

/** @param metrics the number of metrics of the group */
export function readWatches(from: ByteReader, metrics: number): ReadonlyMap<number, LimitWatch> {
  const watches = from.list(watchBytesMin, (): [number, LimitWatch] => {
    const index = from.index(metrics);
    const beyond = from.list(beyondBytes, () => ({ limit: readLimit(from), sinceMs: from.double() }));
    return [index, { beyond, episode: from.flag() ? readEpisode(from) : undefined }];
  });
  return watches.length === 0 ? noWatches : new Map(watches);
}

function writeLimit(out: ByteWriter, { side, bound, forMs, severity }: Limit): ByteWriter {
  return out
    .flag(side === 'above')
    .double(bound)
    .double(forMs)
    .uint(severities.indexOf(severity));
}

const readLimit = (from: ByteReader): Limit => ({
  side: from.flag() ? 'above' : 'below',
  bound: from.double(),
  forMs: from.double(),
  severity: from.code(severities),
});

function writeEpisode(out: ByteWriter, episode: LimitEpisode): void {
  writeLimit(out.double(episode.startsAtMs), episode.limit).uint(episode.revision).double(episode.reportedAtMs);
  out.double(episode.peak).double(episode.lastBeyondMs).uint(episode.within);
}

const readEpisode = (from: ByteReader): LimitEpisode => ({
  startsAtMs: from.double(),
  limit: readLimit(from),
  revision: from.uint(),
  reportedAtMs: from.double(),
  peak: from.double(),
  lastBeyondMs: from.double(),
  within: from.uint(),
});
