import type { ByteReader, ByteWriter } from './bytes.ts';
import type { FillTrend } from './fill-trend.ts';
import { type FillEpisode, type Filling, noFillings } from './filling.ts';

/** Writes the number of capacities, and each with its trend and its episode. */
export function writeFillings(out: ByteWriter, fillings: ReadonlyMap<number, Filling>): void {
  const inOrder = [...fillings].sort(([a], [b]) => a - b);
  out.uint(inOrder.length);
  for (const [index, { trend, contradicting, sinceMs, episode }] of inOrder) {
    out.uint(index).uint(contradicting).double(sinceMs);
    writeTrend(out, trend);
    out.flag(episode !== undefined);
    if (episode !== undefined) writeEpisode(out, episode);
  }
}

/** The bytes of a capacity without an episode. */
const fillingBytesMin = 85;

/** @param metrics the number of metrics of the group */
export function readFillings(from: ByteReader, metrics: number): ReadonlyMap<number, Filling> {
  const fillings = from.list(fillingBytesMin, (): [number, Filling] => {
    const [index, contradicting, sinceMs] = [from.index(metrics), from.uint(), from.double()];
    const trend = readTrend(from);
    return [index, { trend, contradicting, sinceMs, episode: from.flag() ? readEpisode(from) : undefined }];
  });
  return fillings.length === 0 ? noFillings : new Map(fillings);
}

function writeTrend(out: ByteWriter, trend: FillTrend): void {
  out.double(trend.firstMs).double(trend.lastMs).uint(trend.samples).double(trend.weight);
  out.double(trend.time).double(trend.level);
  out.double(trend.timeTime).double(trend.timeLevel).double(trend.levelLevel);
}

const readTrend = (from: ByteReader): FillTrend => ({
  firstMs: from.double(),
  lastMs: from.double(),
  samples: from.uint(),
  weight: from.double(),
  time: from.double(),
  level: from.double(),
  timeTime: from.double(),
  timeLevel: from.double(),
  levelLevel: from.double(),
});

function writeEpisode(out: ByteWriter, episode: FillEpisode): void {
  out.double(episode.startsAtMs).uint(episode.revision).double(episode.reportedAtMs);
  out
    .flag(episode.severity === 'critical')
    .double(episode.level)
    .double(episode.soonest)
    .double(episode.latest);
  out.double(episode.lastMs);
}

const readEpisode = (from: ByteReader): FillEpisode => ({
  startsAtMs: from.double(),
  revision: from.uint(),
  reportedAtMs: from.double(),
  severity: from.flag() ? 'critical' : 'warning',
  level: from.double(),
  soonest: from.double(),
  latest: from.double(),
  lastMs: from.double(),
});
