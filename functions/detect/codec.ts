import { crc32 } from 'node:zlib';
import { severities } from '../shared/domain/anomaly.ts';
import { entityKinds } from '../shared/domain/entity.ts';
import { PartitionStoppedError } from '../shared/domain/errors.ts';
import { metricKinds } from '../shared/domain/sample.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readFillings, writeFillings } from './codec-of-fillings.ts';
import { readWatches, writeWatches } from './codec-of-limits.ts';
import { readPeerWatches, writePeerWatches } from './codec-of-peers.ts';
import { damaged, orDamaged } from './damaged.ts';
import { profileSlots, weekFloats } from './detector/layout.ts';
import { profileBytes, weekBytes } from './detector/state.ts';
import type { Episode } from './episode.ts';
import { episodesInOrder, metricOf, noEpisodes, valuesOf } from './group.ts';
import { IdSet } from './id-set.ts';
import { storedProfiles, storedWeeks } from './profiles.ts';
import type { Group, GroupIdentity, GroupLanes, GroupLog, LogMinute, Profiles } from './series-group.ts';
import { groupSize, logBytes } from './size.ts';
import { slotDoubles } from './slot.ts';
import { groupKey } from './table.ts';

/**
 * The version of a block's layout. It rises when the layout changes.
 *
 * Version 9: magic, version, the CRC-32 of the rest, number of groups; then for each group its identity, lanes, times seen, minutes, metrics,
 * episodes, doubles, day profiles, week profiles, limits that it is beyond, capacities, comparisons
 * with peers, and log.
 */
const version = 9;
const magic = 0x4454424f;
/** The bytes before those of which there is a checksum. */
const headerBytes = 12;
/** The bytes of a group without texts, metrics and lanes beyond the first, and those of an episode without lines. */
const groupBytesMin = 96;
const episodeBytesMin = 93;

/** The kinds by their stored number; 0 is a kind that the samples leave to the catalogue. */
const kindCodes = [undefined, ...metricKinds] as const;

/** One writer for all blocks: a full state has hundreds, and a buffer for each would be 40 MB of garbage. */
const out = new ByteWriter(256 * 1024);

/** @param groups the groups of one block, in order */
export function encodeGroups(groups: readonly Group[]): Buffer {
  out.clear().uint(magic).uint(version).uint(0).uint(groups.length);
  for (const group of groups) writeGroup(out, group);
  const bytes = out.toBuffer();
  bytes.writeUInt32LE(crc32(bytes.subarray(headerBytes)), headerBytes - 4);
  return bytes;
}

/**
 * @param block the number of the block
 * @throws {PartitionStoppedError} if the bytes are damaged, or of a version that this code does not know
 */
export function decodeGroups(bytes: Uint8Array, block: number, settings: Settings): Group[] {
  const from = new ByteReader(bytes);
  const name = String(block);
  if (bytes.length < headerBytes || from.uint() !== magic) throw damaged(name, 'expected it to begin with OBTD');
  const found = from.uint();
  if (found !== version) {
    throw new PartitionStoppedError(
      `block ${name} of detect's state has version ${found}: this Offbeat reads version ${version}; begin with a new state`,
    );
  }
  if (from.uint() !== crc32(bytes.subarray(headerBytes))) throw damaged(name, 'its checksum differs');
  return orDamaged(name, () => {
    const groups = from.list(groupBytesMin, () => readGroup(from, block, settings));
    from.end();
    return groups;
  });
}

function writeGroup(out: ByteWriter, group: Group): void {
  const { identity, lanes, minutes, metrics } = group;
  const { scope, entity, dataset, dimensions } = identity;
  const names = Object.keys(dimensions).sort();
  out.text(scope).text(entity.cluster).uint(entityKinds.indexOf(entity.kind)).text(entity.name).text(dataset);
  out.uint(names.length);
  for (const name of names) out.text(name).text(dimensions[name]!);
  writeLanes(out, lanes);
  out.uint(group.sinceS).uint(group.seenS).flag(group.isSettled).double(group.heardFirstMs).double(group.heardMs);
  out.double(minutes[0]).double(minutes[1]).uint(metrics.length);
  for (const { name, kind, unit } of metrics)
    out
      .text(name)
      .uint(kindCodes.indexOf(kind))
      .text(unit ?? '');
  const open = episodesInOrder(group);
  out.uint(open.length);
  for (const [index, episode] of open) writeEpisode(out.uint(index), episode);
  out.doubles(valuesOf(group));
  writeProfiles(out, storedProfiles(group));
  writeWeeks(out, storedWeeks(group));
  writeWatches(out, group.watches);
  writeFillings(out, group.fillings);
  writePeerWatches(out, group.peerWatches);
  writeLog(out, group.log);
}

function readGroup(from: ByteReader, block: number, settings: Settings): Group {
  const scope = from.text();
  const entity = { cluster: from.text(), kind: from.code(entityKinds), name: from.text() };
  const dataset = from.text();
  const dimensions = Object.fromEntries(from.list(8, () => [from.text(), from.text()]));
  const identity: GroupIdentity = { scope, entity, dataset, dimensions };
  const lanes = readLanes(from);
  const seen = {
    sinceS: from.uint(),
    seenS: from.uint(),
    isSettled: from.flag(),
    heardFirstMs: from.double(),
    heardMs: from.double(),
  };
  const minutes: [number, number] = [from.double(), from.double()];
  const metrics = from.list(12, () => {
    const name = from.text();
    const kind = from.code(kindCodes);
    return metricOf(identity, { name, kind, unit: from.text() || undefined }, settings);
  });
  const open = from.list(4 + episodeBytesMin, (): [number, Episode] => [from.index(metrics.length), readEpisode(from)]);
  const values = from.doubles(metrics.length * slotDoubles);
  const profiles = readProfiles(from, metrics.length);
  const weeks = readWeeks(from, metrics.length);
  const watches = readWatches(from, metrics.length);
  const fillings = readFillings(from, metrics.length);
  const peerWatches = readPeerWatches(from, metrics.length);
  const key = groupKey(identity);
  const episodes = open.length === 0 ? noEpisodes : new Map(open);
  const log = readLog(from);
  const ofProfile = (profiles === undefined ? 0 : profileBytes) + (weeks === undefined ? 0 : weekBytes);
  const size = { ...groupSize(key, identity, metrics, ofProfile), logBytes: logBytes({ log, episodes }) };
  return {
    key,
    identity,
    block,
    lanes,
    metrics,
    values,
    ...(profiles === undefined ? {} : { profiles }),
    ...(weeks === undefined ? {} : { weeks }),
    size,
    ...seen,
    minutes,
    episodes,
    watches,
    fillings,
    peerWatches,
    ...(log === undefined ? {} : { log }),
  };
}

/** Writes a flag, and behind it the day profiles of a group that has some. */
function writeProfiles(out: ByteWriter, profiles: Profiles | undefined): void {
  out.flag(profiles !== undefined);
  if (profiles !== undefined) out.bytes(profiles.means).bytes(profiles.counts);
}

function readProfiles(from: ByteReader, metrics: number): Profiles | undefined {
  if (!from.flag()) return undefined;
  const count = metrics * profileSlots;
  from.expect(6 * count);
  const profiles = { means: new Float32Array(count), counts: new Uint16Array(count) };
  from.fill(profiles.means);
  from.fill(profiles.counts);
  return profiles;
}

/** Writes a flag, and behind it the week profiles of a group that has some. */
function writeWeeks(out: ByteWriter, weeks: Float32Array | undefined): void {
  out.flag(weeks !== undefined);
  if (weeks !== undefined) out.bytes(weeks);
}

function readWeeks(from: ByteReader, metrics: number): Float32Array | undefined {
  if (!from.flag()) return undefined;
  from.expect(4 * metrics * weekFloats);
  const weeks = new Float32Array(metrics * weekFloats);
  from.fill(weeks);
  return weeks;
}

/**
 * Writes 1 and the lane for a group in one lane. For several: their number plus 1, each lane with its newest tick, and
 * the time by which minutes are closed.
 */
function writeLanes(out: ByteWriter, lanes: GroupLanes): void {
  if (typeof lanes === 'number') {
    out.uint(1).uint(lanes);
    return;
  }
  const inOrder = [...lanes.seenMs].sort(([a], [b]) => a - b);
  out.uint(inOrder.length + 1);
  for (const [lane, seenMs] of inOrder) out.uint(lane).double(seenMs);
  out.double(lanes.closedByMs);
}

function readLanes(from: ByteReader): GroupLanes {
  const count = from.uint();
  if (count === 1) return from.uint();
  if (count === 0) throw new RangeError('expected a group in a lane, got none');
  const seenMs = new Map(from.entries(count - 1, 12, (): [number, number] => [from.uint(), from.double()]));
  return { seenMs, closedByMs: from.double() };
}

function writeEpisode(out: ByteWriter, episode: Episode): void {
  out
    .flag(episode.kind === 'quiet')
    .double(episode.startsAtMs)
    .uint(episode.revision)
    .double(episode.reportedAtMs)
    .double(episode.reportedSize);
  out.uint(severities.indexOf(episode.severity));
  out.double(episode.peak).double(episode.expected).double(episode.lower).double(episode.upper);
  out.double(episode.z).double(episode.lowerAtStart).double(episode.upperAtStart);
  writeTexts(out, episode.lines);
}

function readEpisode(from: ByteReader): Episode {
  return {
    kind: from.flag() ? 'quiet' : 'deviation',
    startsAtMs: from.double(),
    revision: from.uint(),
    reportedAtMs: from.double(),
    reportedSize: from.double(),
    severity: from.code(severities),
    peak: from.double(),
    expected: from.double(),
    lower: from.double(),
    upper: from.double(),
    z: from.double(),
    lowerAtStart: from.double(),
    upperAtStart: from.double(),
    lines: readTexts(from),
  };
}

/** Writes for a group of log records a flag, the time since which its log is known, and both minutes; else a flag. */
function writeLog(out: ByteWriter, log: GroupLog | undefined): void {
  out.flag(log !== undefined);
  if (log === undefined) return;
  out.double(log.sinceMs);
  for (const { ids, lines } of log.minutes) {
    const sorted = ids?.sorted() ?? [];
    out.uint(sorted.length);
    for (const id of sorted) out.uint(id);
    writeTexts(out, lines);
  }
}

function readLog(from: ByteReader): GroupLog | undefined {
  if (!from.flag()) return undefined;
  return { sinceMs: from.double(), minutes: [readLogMinute(from), readLogMinute(from)] };
}

function readLogMinute(from: ByteReader): LogMinute {
  const ids = from.list(4, () => from.uint());
  return { ids: ids.length === 0 ? undefined : new IdSet(ids), lines: readTexts(from) };
}

function writeTexts(out: ByteWriter, texts: readonly string[]): void {
  out.uint(texts.length);
  for (const text of texts) out.text(text);
}

const readTexts = (from: ByteReader): string[] => from.list(4, () => from.text());
