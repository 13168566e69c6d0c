import type { WarehouseDocument } from '../../ports/warehouse.ts';
import type { Database, Statement } from './database.ts';

/**
 * Which series samples were ever of. In a sample's document the entity has a path, dimensions are labels, and the
 * numbers are measurements.
 */
export class SeriesSeen {
  readonly #insert: Statement;
  readonly #count: Statement<{ count: number }>;
  /** Metrics by entity and dimensions, as far as this process met them: spares the table a question for each number. */
  readonly #known = new Map<string, Set<string>>();

  constructor(database: Database) {
    this.#insert = database.prepare('INSERT OR IGNORE INTO series (name) VALUES (?)');
    this.#count = database.prepare('SELECT count(*) AS count FROM series');
  }

  note(sample: WarehouseDocument): void {
    const owner = ownerOf(sample);
    let metrics = this.#known.get(owner);
    if (metrics === undefined) {
      metrics = new Set();
      this.#known.set(owner, metrics);
    }
    for (const field in sample) {
      if (typeof sample[field] !== 'number' || metrics.has(field)) continue;
      this.#insert.run(`${owner} ${field}`);
      metrics.add(field);
    }
  }

  /** To be called when what was noted is rolled back. */
  forget(): void {
    this.#known.clear();
  }

  count(): number {
    return this.#count.get()?.count ?? 0;
  }
}

function ownerOf(sample: WarehouseDocument): string {
  const labels: string[] = [];
  for (const field in sample) {
    if (field.startsWith('labels.')) labels.push(`${field}=${sample[field]}`);
  }
  return `${sample['offbeat.entity.path']}{${labels.sort().join()}}`;
}
