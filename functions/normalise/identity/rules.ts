import { matchesGlob } from '../../shared/domain/glob.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { dimensionText } from './dimensions.ts';

/** The rules of the settings for the documents of one dataset. */
export interface SourceRules {
  /** Means that the settings say nothing about the dataset. */
  readonly areNone: boolean;
  /** Paths whose texts are dimensions, whatever their names. */
  readonly dimensions: readonly string[];
  /** Returns whether a number is left out, or is a dimension. */
  isNoMetric(path: string): boolean;
  /** Returns whether a metric is a counter. */
  isCounter(metric: string): boolean;
  /** Returns whether a path is left out: it is no measurement, no dimension and no fact. */
  isIgnored(path: string): boolean;
}

/**
 * Adds a dimension that the settings name. If the dataset has another dimension of that name, such as `device`, it gets the
 * name `sources.device`: to replace the other one would make one series of two.
 */
export function addRuled(dimensions: Record<string, string>, path: string, text: string): void {
  dimensions[Object.hasOwn(dimensions, path) ? `sources.${path}` : path] = dimensionText(text);
}

const never = (): boolean => false;
const noRules: SourceRules = { areNone: true, dimensions: [], isNoMetric: never, isCounter: never, isIgnored: never };

/** The most datasets whose rules are remembered, because a document may have any. */
const rememberedMax = 1_000;
const remembered = new WeakMap<Settings, Map<string, SourceRules>>();

/** Returns what all entries of the settings' `sources` that match a dataset say together. */
export function rulesFor(settings: Settings, dataset: string): SourceRules {
  if (settings.sources.length === 0) return noRules;
  let known = remembered.get(settings);
  if (known === undefined || known.size >= rememberedMax) {
    known = new Map();
    remembered.set(settings, known);
  }
  const rules = known.get(dataset) ?? find(settings, dataset);
  known.set(dataset, rules);
  return rules;
}

function find({ sources }: Settings, dataset: string): SourceRules {
  const matching = sources.filter(({ match }) => matchesGlob(match.dataset, dataset));
  if (matching.length === 0) return noRules;
  const dimensions = new Set(matching.flatMap((source) => source.dimensions));
  const isIgnored = matcherOf(matching.flatMap(({ ignore }) => ignore));
  return {
    areNone: false,
    dimensions: [...dimensions],
    isNoMetric: (path) => dimensions.has(path) || isIgnored(path),
    isCounter: matcherOf(matching.flatMap(({ counters }) => counters)),
    isIgnored,
  };
}

function matcherOf(globs: readonly string[]): (name: string) => boolean {
  return globs.length === 0 ? never : (name) => globs.some((glob) => matchesGlob(glob, name));
}
