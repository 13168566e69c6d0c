import { metadataSaveAgeMaxSeconds } from '../../shared/domain/catalogue/storage.ts';
import { type ComponentStatus, counted, statusOf } from '../../shared/domain/component-status.ts';
import { messageOf } from '../../shared/domain/message-of.ts';
import { PacketError, type PacketFailure } from '../../shared/ports/packet-network.ts';
import type { Chunkserver } from './protocol/chunkservers.ts';
import type { Disk } from './protocol/disks.ts';
import type { MasterInfo, MetadataSave } from './protocol/info.ts';
import type { StorageSnapshot } from './snapshot.ts';

/** Returns the status of a chunkserver. */
export function serverStatus(server: Chunkserver): ComponentStatus {
  if (!server.isConnected) {
    const reason = isPlannedStop(server) ? 'stopped on purpose (maintenance)' : 'disconnected from its master';
    return { status: 'down', reason };
  }
  const { errors, totalBytes, maintenance, markedForRemoval, load } = server;
  return statusOf('degraded', [
    ...(totalBytes === 0 && markedForRemoval.totalBytes === 0 ? ['none of its disks can be used'] : []),
    ...(errors > 0 ? [`${counted(errors, 'error')} since it connected`] : []),
    ...(load?.state === 'overloaded' ? ['overloaded'] : []),
    ...(maintenance === 'off' ? [] : ['in maintenance']),
    ...(markedForRemoval.totalBytes > 0 ? ['disks of it are marked for removal'] : []),
  ]);
}

/** Returns whether an operator stopped a chunkserver: it is disconnected, and its master was told before. */
export const isPlannedStop = ({ isConnected, maintenance }: Chunkserver): boolean =>
  !isConnected && maintenance !== 'off';

/** Returns the status of a disk. */
export function diskStatus({
  isDamaged,
  isInvalid,
  isMarkedForRemoval,
  scannedPercent,
  lastError,
}: Disk): ComponentStatus {
  if (isDamaged) return { status: 'down', reason: 'damaged: it failed more often than its server tolerates' };
  if (isInvalid) return { status: 'down', reason: 'invalid: its server cannot use it' };
  return statusOf('degraded', [
    ...(lastError.atSeconds > 0 ? [`its last error was at ${timeText(lastError.atSeconds)}`] : []),
    ...(scannedPercent === undefined ? [] : [`it is scanned (${scannedPercent} %)`]),
    ...(isMarkedForRemoval ? ['marked for removal'] : []),
  ]);
}

const timeText = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');

/** The newest way of saving metadata that a version of MooseFS has: 0 to 3 are all saves that succeeded. */
const knownSaveStatusMax = 3;

/**
 * Returns whether the last save of the metadata has a status that no known version of MooseFS calls a success. A master of 3.0 or 4
 * whose save fails ends itself.
 */
export const isSaveFailed = ({ status }: MetadataSave): boolean => status > knownSaveStatusMax;

/** The seconds since the last save of the metadata; `undefined` if it is not told, or there was none. */
export function saveAgeSeconds({ save, nowSeconds }: MasterInfo, collectedAtSeconds: number): number | undefined {
  if (save === undefined || save.savedAtSeconds === 0) return undefined;
  // Both times by the clock of the master, if it sends its own: that of the collector may differ.
  return Math.max(0, (nowSeconds ?? collectedAtSeconds) - save.savedAtSeconds);
}

/** Returns the status of a storage: that of its master, which knows all others. */
export function masterStatus(snapshot: StorageSnapshot, collectedAtSeconds: number): ComponentStatus {
  const { info, servers, chunkStates, unread } = snapshot;
  const gone = servers.filter(({ isConnected }) => !isConnected);
  if (gone.length > 0 && gone.length === servers.length)
    return { status: 'down', reason: `all ${counted(gone.length, 'chunkserver')} disconnected` };
  const age = saveAgeSeconds(info, collectedAtSeconds);
  return statusOf('degraded', [
    ...(chunkStates !== undefined && !chunkStates.isCounting && chunkStates.missing > 0
      ? [`${counted(chunkStates.missing, 'chunk')} without any copy`]
      : []),
    ...(info.save !== undefined && isSaveFailed(info.save)
      ? [`the last save of the metadata has status ${info.save.status}, which is no success that Offbeat knows`]
      : []),
    ...(age !== undefined && age > metadataSaveAgeMaxSeconds
      ? [`the metadata was last saved ${(age / 3_600).toFixed(1)} h ago`]
      : []),
    ...(gone.length > 0 ? [`${gone.length} of ${counted(servers.length, 'chunkserver')} disconnected`] : []),
    ...(unread.length > 0 ? [`not read: ${unread[0]!.part} (${unread[0]!.reason})${others(unread.length - 1)}`] : []),
  ]);
}

const others = (count: number): string => (count === 0 ? '' : ` and ${count} more`);

/** The failures after which a master was reached and does not serve. After the others nothing is known of it. */
const downAfter: ReadonlySet<PacketFailure> = new Set(['refused', 'closed', 'silent']);

/** Returns the status of a master that gave no answer, or none that can be read. */
export function failureStatus(error: unknown): ComponentStatus {
  const isDown = error instanceof PacketError && downAfter.has(error.failure);
  return { status: isDown ? 'down' : 'unknown', reason: messageOf(error) };
}
