import { hostname } from 'node:os';
import { valuesToLearn } from '../../functions/detect/detector/layout.ts';
import { secondMs } from '../../functions/shared/domain/durations.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import type { Warehouse } from '../../functions/shared/ports/warehouse.ts';

/** A host that is going to be watched. */
export interface Watched {
  readonly cluster: string;
  /** Milliseconds between two collections. */
  readonly periodMs: number;
}

/**
 * Returns words for how long the series of this host still have to be learned before they are judged: what an earlier run
 * learned is kept. The samples in the warehouse show it; if it does not answer, as much as a first run needs is announced.
 */
export async function learningWords(warehouse: Pick<Warehouse, 'search'>, watched: Watched): Promise<string> {
  const { cluster, periodMs } = watched;
  const known = await samplesOf(warehouse, cluster);
  const missing = Math.max(0, valuesToLearn - known.length);
  if (missing === 0) return `what is normal was learned in an earlier run, until ${known[0]}`;
  return `${(missing * periodMs) / secondMs} s to learn what is normal`;
}

/** Returns the times of the newest samples of this host's processors, the newest first. */
async function samplesOf(warehouse: Pick<Warehouse, 'search'>, cluster: string): Promise<readonly string[]> {
  const match = {
    'offbeat.entity.cluster': cluster,
    'offbeat.entity.kind': 'host',
    'offbeat.entity.name': hostname(),
    'event.dataset': 'system.cpu',
  };
  try {
    const found = await warehouse.search({
      family: 'offbeat-samples',
      match,
      order: 'newest first',
      limit: valuesToLearn,
    });
    return found.map((document) => String(document['@timestamp']));
  } catch (error) {
    if (error instanceof UnavailableError) return [];
    throw error;
  }
}
