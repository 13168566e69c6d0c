import type { Anomaly } from '../../api/alert-types.ts';
import { partsOf, type SeriesParts } from '../../format/names.ts';

/** A series that may be picked. */
export interface Pickable {
  readonly text: string;
  readonly parts: SeriesParts;
  /** The number of its anomalies lately. */
  readonly odd: number;
}

/** Returns a key by which a series and its text are compared. */
function keyOf({ entity, metric, dimensions }: SeriesParts): string {
  const pairs = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([entity.cluster, entity.kind, entity.name, metric, pairs]);
}

/** Returns series with the oddest first: those with anomalies, then by name. */
export function oddestFirst(texts: readonly string[], anomalies: readonly Pick<Anomaly, 'series'>[]): Pickable[] {
  const counts = new Map<string, number>();
  for (const { series } of anomalies) counts.set(keyOf(series), (counts.get(keyOf(series)) ?? 0) + 1);
  return texts
    .map((text) => {
      const parts = partsOf(text);
      return { text, parts, odd: counts.get(keyOf(parts)) ?? 0 };
    })
    .sort((a, b) => b.odd - a.odd);
}

/** Returns the series that contain every word that a person typed. */
export function matching(series: readonly Pickable[], typed: string, cluster: string): Pickable[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return series.filter(({ text, parts }) => {
    const lower = text.toLowerCase();
    return (cluster === '' || parts.entity.cluster === cluster) && words.every((word) => lower.includes(word));
  });
}
