import type { ByteReader, ByteWriter } from './bytes.ts';
import { noPeerWatches, type PeerEpisode, type PeerPeak, type PeerWatch } from './peer-watch.ts';

/** Writes the number of compared series, and each with its values, its usual multiple and its episode. */
export function writePeerWatches(out: ByteWriter, watches: ReadonlyMap<number, PeerWatch>): void {
  const inOrder = [...watches].sort(([a], [b]) => a - b);
  out.uint(inOrder.length);
  for (const [index, watch] of inOrder) {
    out.uint(index).double(watch.sum).uint(watch.count).double(watch.value).double(watch.heardMs);
    out.double(watch.usual).double(watch.comparedMs).uint(watch.contradicting).double(watch.sinceMs);
    out.flag(watch.episode !== undefined);
    if (watch.episode !== undefined) writeEpisode(out, watch.episode);
  }
}

/** The bytes of a compared series without an episode. */
const watchBytesMin = 61;

/** @param metrics the number of metrics of the group */
export function readPeerWatches(from: ByteReader, metrics: number): ReadonlyMap<number, PeerWatch> {
  const watches = from.list(watchBytesMin, (): [number, PeerWatch] => [from.index(metrics), readWatch(from)]);
  return watches.length === 0 ? noPeerWatches : new Map(watches);
}

const readWatch = (from: ByteReader): PeerWatch => ({
  sum: from.double(),
  count: from.uint(),
  value: from.double(),
  heardMs: from.double(),
  usual: from.double(),
  comparedMs: from.double(),
  contradicting: from.uint(),
  sinceMs: from.double(),
  episode: from.flag() ? readEpisode(from) : undefined,
});

/** Writes an episode. The outcome of its peak is not stored: it differed. */
function writeEpisode(out: ByteWriter, { startsAtMs, revision, reportedAtMs, peak, lastOffMs }: PeerEpisode): void {
  out.double(startsAtMs).uint(revision).double(reportedAtMs).double(lastOffMs);
  out.double(peak.value).double(peak.median).double(peak.lower).double(peak.upper);
  out.uint(peak.others).double(peak.excess);
}

const readEpisode = (from: ByteReader): PeerEpisode => ({
  startsAtMs: from.double(),
  revision: from.uint(),
  reportedAtMs: from.double(),
  lastOffMs: from.double(),
  peak: readPeak(from),
});

const readPeak = (from: ByteReader): PeerPeak => ({
  value: from.double(),
  median: from.double(),
  lower: from.double(),
  upper: from.double(),
  others: from.uint(),
  excess: from.double(),
  outcome: 'differs',
});
