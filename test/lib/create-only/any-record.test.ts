import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import {
  clusterType,
  clusterUpdates,
  createOnly,
  mappingType,
  updatesOf,
} from '../../../lib/create-only/properties.ts';
import type { RecordedResource, RecordedResources } from '../../../lib/create-only/record.ts';
import type { RefusedChange } from '../../../lib/create-only/refused-change.ts';
import { isOlder } from '../../../lib/create-only/versions.ts';

const kinds = (changes: readonly RefusedChange[]): string[] => changes.map(({ kind }) => kind);

const version = fc
  .tuple(fc.constantFrom('OpenSearch_', ''), fc.nat(4), fc.nat(20), fc.constantFrom('', '.x', '.x.kraft'))
  .map(([product, major, minor, end]) => `${product}${major}.${minor}${end}`);
const resources: fc.Arbitrary<RecordedResource> = fc.constantFrom(...Object.keys(createOnly)).chain((type) => {
  const { properties, conditional } = createOnly[type]!;
  const some = (keys: readonly string[]) =>
    keys.length === 0
      ? fc.constant({})
      : fc.dictionary(
          fc.constantFrom(...keys),
          fc.oneof(fc.string(), version, fc.integer(), fc.constant([{ Ref: 'S/a' }])),
          { noNullPrototype: true },
        );
  const values = some([...properties, ...conditional]);
  const updatesOfType = updatesOf[type];
  if (updatesOfType === undefined) return values.map((given) => ({ type, properties: given }));
  const byUpdate = fc.record(
    Object.fromEntries(Object.entries(updatesOfType).map(([name, paths]) => [name, some(paths)])),
    { requiredKeys: [], noNullPrototype: true },
  );
  return fc.tuple(values, byUpdate).map(([given, updates]) => ({ type, properties: given, updates }));
});
const records: fc.Arbitrary<RecordedResources> = fc.dictionary(
  fc.constantFrom(...['a', 'b', 'c', 'd', 'e'].map((id) => `S/${id}`)),
  resources,
);

describe('the comparison of any records', () => {
  it('refuses nothing of a record that is the same, or was written to a file and read', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(refusedChanges(record, record)).toEqual([]);
        expect(refusedChanges(JSON.parse(JSON.stringify(record)), record)).toEqual([]);
      }),
    );
  });

  it('refuses no new resource', () => {
    fc.assert(
      fc.property(records, records, (record, others) => {
        expect(refusedChanges(record, { ...others, ...record })).toEqual([]);
      }),
    );
  });

  it('reports each resource that is gone, but for event source mappings, and nothing else, when some are', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 0, max: 5 }), (record, kept) => {
        const entries = Object.entries(record);
        const changes = refusedChanges(record, Object.fromEntries(entries.slice(0, kept)));
        const gone = changes.filter(({ type }) => type !== mappingType);
        const stateful = entries.slice(kept).filter(([, { type }]) => type !== mappingType);
        expect(gone.map(({ id }) => id)).toEqual(stateful.map(([id]) => id));
        expect(kinds(gone).every((kind) => kind === 'gone')).toBe(true);
        expect(kinds(changes).every((kind) => kind === 'gone' || kind === 'other reader')).toBe(true);
      }),
    );
  });

  it('reports a property in both directions, or in neither', () => {
    const replaced = (changes: readonly RefusedChange[]) =>
      changes.flatMap((each) => (each.kind === 'replaced' ? [`${each.id} ${each.property}`] : [])).sort();
    fc.assert(
      fc.property(records, records, (one, other) => {
        expect(replaced(refusedChanges(one, other))).toEqual(replaced(refusedChanges(other, one)));
      }),
    );
  });

  it('names the entry to delete in each message, and accepts the change once it is deleted', () => {
    fc.assert(
      fc.property(records, records, (recorded, current) => {
        const changes = refusedChanges(recorded, current);
        for (const change of changes) {
          expect(messageOf(change, { file: 'offbeat.json', entry: 'here' }).fix).toContain(`delete "${change.id}"`);
        }
        const deleted = new Set(changes.map(({ id }) => id));
        const left = Object.fromEntries(Object.entries(recorded).filter(([id]) => !deleted.has(id)));
        expect(refusedChanges(left, current)).toEqual([]);
      }),
    );
  });

  it('refuses an older version or a newer one to be recorded, and never both', () => {
    fc.assert(
      fc.property(version, version, (one, other) => {
        const refused = [isOlder(one, other), isOlder(other, one)];
        expect(refused.filter(Boolean).length).toBeLessThan(2);
        expect(isOlder(one, one)).toBe(false);
      }),
    );
  });

  it('refuses two updates of an MSK cluster, whichever they are, and accepts one', () => {
    const names = Object.keys(clusterUpdates);
    fc.assert(
      fc.property(fc.subarray(names), (changed) => {
        const of = (value: string): RecordedResource => ({
          ...{ type: clusterType, properties: {} },
          updates: Object.fromEntries(changed.map((name) => [name, value])),
        });
        const changes = refusedChanges({ 'DataHub/C': of('one') }, { 'DataHub/C': of('other') });
        expect(kinds(changes)).toEqual(changed.length > 1 ? ['combined'] : []);
      }),
    );
  });
});
