import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';

export interface RecordedDocument extends Record<string, unknown> {
  readonly event: { readonly dataset: string };
}

const file = join(import.meta.dirname, '../../events/recordings/cluster-load.ndjson.gz');
let documents: RecordedDocument[] | undefined;

/** The documents of the recorded cluster, in order. */
export function recording(): readonly RecordedDocument[] {
  documents ??= gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return documents;
}

/** Texts of recorded documents in which one field, at any depth, has any value. */
export const spoiltDocuments: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(fc.nat(), fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('NaN', '', -1, 1e308)))
  .map(([which, place, value]) => {
    const all = recording();
    const copy = structuredClone(all[which % all.length]!);
    const places = placesIn(copy);
    const [parent, name] = places[place % places.length]!;
    parent[name] = value;
    return copy;
  });

/** Returns every field of an object, including nested ones. */
export function placesIn(object: Record<string, unknown>): [Record<string, unknown>, string][] {
  return Object.entries(object).flatMap(([name, value]): [Record<string, unknown>, string][] => {
    const inner = typeof value === 'object' && value !== null ? placesIn(value as Record<string, unknown>) : [];
    return [[object, name], ...inner];
  });
}
