import type * as z from 'zod';
import { entityPath } from '../../shared/domain/entity.ts';
import { matchesGlob } from '../../shared/domain/glob.ts';
import { compareText } from '../../shared/domain/order.ts';
import type { Sample } from '../../shared/domain/sample.ts';
import { dimensionsText } from '../../shared/domain/series-text.ts';
import type { datasetAnswer } from '../answers/series.ts';
import type { Shown } from '../answers/shown.ts';

/** The most entities of a dataset that are named. */
const entitiesNamedMax = 5;

/** The result of reading the documents of a dataset. */
export type DatasetSeries = Shown<z.infer<typeof datasetAnswer>>;

/** A sample as far as it is counted. */
export type CountedSample = Pick<Sample, 'entity' | 'dataset' | 'dimensions' | 'measurements' | 'facts'>;

/** The sets of a dataset while its samples are read. */
class Gathered {
  samples = 0;
  readonly series = new Set<string>();
  readonly metrics = new Set<string>();
  readonly entities = new Set<string>();
  readonly dimensions = new Map<string, Set<string>>();
  readonly facts = new Map<string, Set<string>>();

  add({ entity, dimensions, measurements, facts = {} }: CountedSample): void {
    this.samples += 1;
    const path = entityPath(entity);
    const group = `${path}${dimensionsText(dimensions)}`;
    this.entities.add(path);
    for (const metric in measurements) {
      this.metrics.add(metric);
      this.series.add(`${metric} ${group}`);
    }
    for (const name in dimensions) note(this.dimensions, name, dimensions[name]!);
    for (const name in facts) note(this.facts, name, facts[name]!);
  }
}

function note(valuesOf: Map<string, Set<string>>, name: string, value: string): void {
  const values = valuesOf.get(name);
  if (values === undefined) valuesOf.set(name, new Set([value]));
  else values.add(value);
}

/** Counts what the documents of datasets became, from their samples. */
export class DatasetCounts {
  readonly #glob: string;
  readonly #gathered = new Map<string, Gathered>();

  /** @param glob which datasets are counted; `*` stands for any text */
  constructor(glob: string) {
    this.#glob = glob;
  }

  /** Counts a sample. @returns whether its dataset is asked for */
  add(sample: CountedSample): boolean {
    if (!matchesGlob(this.#glob, sample.dataset)) return false;
    const gathered = this.#gathered.get(sample.dataset) ?? new Gathered();
    this.#gathered.set(sample.dataset, gathered);
    gathered.add(sample);
    return true;
  }

  /** Returns the counts of each dataset, in alphabetical order. */
  all(): DatasetSeries[] {
    return [...this.#gathered]
      .sort(([a], [b]) => compareText(a, b))
      .map(([dataset, { samples, series, metrics, entities, dimensions, facts }]) => ({
        dataset,
        samples,
        series: series.size,
        metrics: metrics.size,
        entities: { count: entities.size, first: [...entities].sort(compareText).slice(0, entitiesNamedMax) },
        dimensions: countsOf(dimensions),
        facts: countsOf(facts),
      }));
  }
}

function countsOf(valuesOf: ReadonlyMap<string, ReadonlySet<string>>): Record<string, number> {
  const counts = [...valuesOf].map(([name, values]) => [name, values.size] as const);
  return Object.fromEntries(counts.sort(([a], [b]) => compareText(a, b)));
}
