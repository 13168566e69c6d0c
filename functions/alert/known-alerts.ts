import type { Alert } from '../shared/domain/alert.ts';
import { FencedError, PartitionStoppedError, restoreRemedy, UnavailableError } from '../shared/domain/errors.ts';
import { liveScope } from '../shared/domain/sample.ts';
import { topics } from '../shared/log/topics.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { Known, KnownAlerts, StoppedPartition } from '../shared/ports/known-alerts.ts';
import type { LedgerKey } from '../shared/ports/ledger.ts';
import { loadBlocks } from '../shared/runner/state-blocks.ts';
import type { Blocks } from '../shared/runner/step.ts';
import { alertNow } from './alert-record.ts';
import type { ClusterState } from './cluster-state.ts';
import { silenceNow } from './silence.ts';
import { AlertState, isOfClusters } from './state.ts';

type StatePorts = Pick<Ports, 'ledger' | 'objects' | 'layout'>;

/** The most tries to read a partition whose objects are replaced while they are read. */
const triesMax = 3;

/** Returns a reader of the committed state of the alert stage: of the items in its ledger, and the objects that they name. */
export function knownAlerts(ports: StatePorts): KnownAlerts {
  return {
    async read() {
      const partitions = Array.from({ length: ports.layout.partitions[topics.signals] }, (_, partition) => partition);
      const states = await Promise.all(partitions.map((partition) => readUnlessStopped(partition, ports)));
      const stopped = states.filter((state): state is StoppedPartition => !(state instanceof AlertState));
      const read = states.filter((state) => state instanceof AlertState);
      return knownOf(
        read.flatMap((state) => [...state.clusters]),
        stopped,
      );
    },
  };
}

const keyOf = (partition: number): LedgerKey => ({ stage: 'alert', topic: topics.signals, partition });

async function readUnlessStopped(partition: number, ports: StatePorts): Promise<AlertState | StoppedPartition> {
  try {
    return await readState(keyOf(partition), ports);
  } catch (error) {
    if (!(error instanceof PartitionStoppedError)) throw error;
    return { partition, reason: error.message };
  }
}

/**
 * Reads the clusters of one partition. An object that is gone was replaced by a later transaction, and deleted by the
 * sweep: then the item is read again.
 * @throws {PartitionStoppedError} if a part of the state is missing, damaged or of another version
 */
async function readState(key: LedgerKey, ports: StatePorts): Promise<AlertState> {
  for (let tries = 1; ; tries += 1) {
    const item = await ports.ledger.read(key);
    const blocks = Object.fromEntries(Object.entries(item.blocks).filter(([name]) => isOfClusters(name)));
    try {
      return stateOf(key, await loadBlocks(key, { ...item, blocks }, ports));
    } catch (error) {
      if (!(error instanceof FencedError)) throw error;
      if (tries === triesMax) {
        throw new UnavailableError(`the state of alert changed ${tries} times while it was read`, { cause: error });
      }
    }
  }
}

/** Returns the state that blocks contain. Whatever fails while they are decoded, without I/O, is damage. */
function stateOf({ topic, partition }: LedgerKey, blocks: Blocks): AlertState {
  try {
    return new AlertState(blocks);
  } catch (cause) {
    if (cause instanceof PartitionStoppedError) throw cause;
    throw new PartitionStoppedError(`a block of alert's state for ${topic}/${partition} is damaged; ${restoreRemedy}`, {
      cause,
    });
  }
}

function knownOf(clusters: readonly ClusterState[], stopped: readonly StoppedPartition[]): Known {
  return {
    alerts: alertsOf(clusters),
    silences: clusters.flatMap((cluster) => [...cluster.silences.values()].map((each) => silenceNow(cluster, each))),
    clusters: new Set(clusters.filter(hadAlert).map(({ name }) => name)),
    stopped,
  };
}

/**
 * Returns one alert for each id: an open one rather than a resolved one, which may have the same id more than 8 days later,
 * and a live one rather than that of a replay of its cluster, as a command chooses its alert.
 */
function alertsOf(clusters: readonly ClusterState[]): Alert[] {
  const ranked = clusters.toSorted((a, b) => Number(b.scope === liveScope) - Number(a.scope === liveScope));
  const open = ranked.flatMap((cluster) =>
    [...cluster.alerts.values()].flatMap((alert) => alertNow(cluster, alert) ?? []),
  );
  const resolved = ranked.flatMap((cluster) => [...cluster.resolved.values()]);
  const byId = new Map<string, Alert>();
  for (const alert of [...open, ...resolved]) if (!byId.has(alert.id)) byId.set(alert.id, alert);
  return [...byId.values()];
}

const hadAlert = ({ alerts, closed, dismissed, resolved }: ClusterState): boolean =>
  alerts.size + closed.size + dismissed.size + resolved.size > 0;
