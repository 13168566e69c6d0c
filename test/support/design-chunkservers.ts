import { documentsOf } from '../../functions/collect/storage/documents.ts';
import type { Chunkserver } from '../../functions/collect/storage/protocol/chunkservers.ts';
import { decodeInfo } from '../../functions/collect/storage/protocol/info.ts';
import { answerOf } from '../functions/collect/storage/captures.ts';

const GiB = 2 ** 30;
const TiB = 2 ** 40;

/** The ten chunkservers of the design's report. Its numbers are rounded; these are some that it is true for. */
const rows: readonly (readonly [ip: string, chunks: number, usedBytes: number])[] = [
  ['50', 12_288, TiB],
  ['51', 12_288, TiB],
  ['11', 12_288, TiB],
  ['3', 12_288, TiB],
  ['119', 11_264, 982 * GiB],
  ['153', 12_288, TiB],
  ['53', 11_264, 980 * GiB],
  ['17', 12_288, 1_011 * GiB],
  ['119', 11_264, 970 * GiB],
  ['222', 9_216, 757 * GiB],
];

/** The report as the design writes it: server, version, errors, chunks, total_space, used_space. */
export const designReport = [
  '50:9513 3.10.4 0 12 K 3 TiB 1 TiB',
  '51:9513 3.10.4 0 12 K 3 TiB 1 TiB',
  '11:9513 3.10.4 0 12 K 3 TiB 1 TiB',
  '3:9513 3.10.4 0 12 K 3 TiB 1 TiB',
  '119:9513 3.10.4 0 11 K 3 TiB 982 GiB',
  '153:9513 3.10.4 0 12 K 3 TiB 1 TiB',
  '53:9513 3.10.4 0 11 K 3 TiB 980 GiB',
  '17:9513 3.10.4 0 12 K 3 TiB 1011 GiB',
  '119:9513 3.10.4 0 11 K 3 TiB 970 GiB',
  '222:9513 3.10.4 0 9 K 3 TiB 757 GiB',
];

const nothing = { usedBytes: 0, totalBytes: 0, chunks: 0 };

const server = ([ip, chunks, usedBytes]: (typeof rows)[number], nth: number): Chunkserver => ({
  ip,
  port: 9513,
  id: nth + 1,
  isConnected: true,
  maintenance: 'off',
  version: '3.10.4',
  usedBytes,
  totalBytes: 3 * TiB,
  chunks,
  markedForRemoval: nothing,
  errors: 0,
  labels: [],
});

/** Returns the documents of one collection of a storage with these chunkservers, at a time in ms. */
export function designDocuments(startedAtMs: number) {
  const info = decodeInfo(answerOf('3.0.117/normal', 'info'));
  const snapshot = { info, servers: rows.map(server), disks: [], unread: [] };
  const context = { address: 'mfsmaster:9421', hostName: 'mfsmaster', startedAtMs, durationMs: 40, periodMs: 10_000 };
  return documentsOf(snapshot, context);
}
