import { hostname } from 'node:os';
import { decodeGroups } from '../../functions/detect/codec.ts';
import { SeriesCursor } from '../../functions/detect/cursor.ts';
import { valuesToLearn } from '../../functions/detect/detector/layout.ts';
import type { Group } from '../../functions/detect/series-group.ts';
import { slot } from '../../functions/detect/slot.ts';
import { secondMs } from '../../functions/shared/domain/durations.ts';
import { type Entity, entityPath } from '../../functions/shared/domain/entity.ts';
import { PipelineError } from '../../functions/shared/domain/errors.ts';
import { liveScope } from '../../functions/shared/domain/sample.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { partitionOf, sampleKey, topics } from '../../functions/shared/log/topics.ts';
import type { Ledger } from '../../functions/shared/ports/ledger.ts';
import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import { loadBlocks } from '../../functions/shared/runner/state-blocks.ts';

/** The ports that the state of `detect` is read with. */
export interface LearnedPorts {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  readonly layout: Layout;
  readonly settings: Settings;
}

/** A host that is going to be watched. */
export interface Watched {
  readonly cluster: string;
  /** Milliseconds between two collections. */
  readonly periodMs: number;
}

/**
 * Returns words for how long the series of this host still have to be learned before they are judged. The state of `detect` shows
 * it, because history is learned that no warehouse has, and a warehouse may have samples of a state that is lost. A series that the
 * state does not know takes the whole time, and which ones will come is not known. If the state cannot be read, as much as a first
 * run needs is announced.
 */
export async function learningWords(ports: LearnedPorts, { cluster, periodMs }: Watched): Promise<string> {
  const known = await learnedOf(ports, { cluster, kind: 'host', name: hostname() });
  const seconds = (values: number): number => ((valuesToLearn - values) * periodMs) / secondMs;
  const learned = known.filter(({ values }) => values >= valuesToLearn);
  if (learned.length > 0) {
    const until = new Date(Math.max(...learned.map(({ lastMs }) => lastMs))).toISOString();
    const of = learned.length === known.length ? known.length : `${learned.length} of ${known.length} known`;
    return `what is normal was learned before of ${of} series, until ${until}; up to ${seconds(0)} s for any other`;
  }
  const most = known.reduce((most, { values }) => Math.max(most, values), 0);
  return `${most === 0 ? '' : `${seconds(most)} to `}${seconds(0)} s to learn what is normal`;
}

/** The values that a series of a host was learned from. */
interface Learned {
  readonly values: number;
  /** The time of the newest one, ms since the epoch. */
  readonly lastMs: number;
}

/** Reads what the judged series of an entity were learned from: one block of the state after the other, so that one is in memory. */
async function learnedOf(ports: LearnedPorts, entity: Entity): Promise<readonly Learned[]> {
  const partition = partitionOf(sampleKey(entity), ports.layout.partitions[topics.samples]);
  const key = { stage: 'detect', topic: topics.samples, partition };
  try {
    const known: Learned[] = [];
    const item = await ports.ledger.read(key);
    for (const [name, ref] of Object.entries(item.blocks)) {
      if (!name.startsWith('series/')) continue;
      const bytes = (await loadBlocks(key, { ...item, blocks: { [name]: ref } }, ports)).get(name)!;
      const groups = decodeGroups(bytes, Number(name.slice('series/'.length)), ports.settings);
      known.push(...groups.filter((group) => isOf(group, entity)).flatMap(learnedBy));
    }
    return known;
  } catch (error) {
    // The stage reports what is wrong with its state, and the flow begins all the same.
    if (error instanceof PipelineError) return [];
    throw error;
  }
}

const isOf = ({ identity }: Group, entity: Entity): boolean =>
  identity.scope === liveScope && entityPath(identity.entity) === entityPath(entity);

/** Returns what each judged series of a group was learned from. */
function learnedBy(group: Group): Learned[] {
  const cursor = new SeriesCursor(group);
  return group.metrics.flatMap(({ rule }, index) => {
    if (!rule.isJudged) return [];
    cursor.moveTo(index);
    return [{ values: cursor.count, lastMs: cursor.values[cursor.at + slot.lastMs]! }];
  });
}
