import { placesIn } from './recorded.ts';

/** Returns the next number in [0, 1). */
export type Random = () => number;

/** Returns random numbers by a seed, so that a failure can be repeated. @see https://prng.di.unimi.it (splitmix32) */
export function randomBy(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(values: readonly T[], random: Random): T => values[Math.floor(random() * values.length)]!;

const names = [
  'name',
  'id',
  'host',
  'host.name',
  'message',
  'log',
  'metricset.name',
  'event.module',
  'monitor.id',
  'monitor.status',
  '@timestamp',
  'a.b',
  '',
  '.',
  'values',
  '__proto__',
  'constructor',
  'x'.repeat(600),
  'a\u0000b',
];

const values: readonly unknown[] = [
  0,
  -1,
  1e308,
  '12',
  'NaN',
  '',
  ' ',
  'x'.repeat(5_000),
  'a\u0000b',
  '\ud800',
  true,
  null,
  [],
  [1, 'a', { b: 2 }],
  {},
  { name: 'x', value: 1 },
  '2026-11-23T15:00:00Z',
  1_795_446_000_000,
];

type Place = readonly [parent: Record<string, unknown>, name: string];

/** The changes that shippers, processors and people make to documents. Each changes one field where it is. */
const mutations: Readonly<Record<string, (place: Place, document: Record<string, unknown>, random: Random) => void>> = {
  drop: ([parent, name]) => {
    delete parent[name];
  },
  rename: ([parent, name], _document, random) => {
    const value = parent[name];
    delete parent[name];
    parent[pick(names, random)] = value;
  },
  nest: ([parent, name], _document, random) => {
    parent[name] = { [pick(names, random)]: parent[name] };
  },
  flatten: ([parent, name]) => {
    const value = parent[name];
    if (typeof value !== 'object' || value === null) return;
    delete parent[name];
    for (const [inner, innerValue] of Object.entries(value)) parent[`${name}.${inner}`] = innerValue;
  },
  retype: ([parent, name], _document, random) => {
    parent[name] = structuredClone(pick(values, random));
  },
  duplicate: ([parent, name], document, random) => {
    document[`${pick(names, random)}.${name}`] = structuredClone(parent[name]);
  },
};

/** Returns a copy of a document with one to four changes. */
export function mutated(original: unknown, random: Random): unknown {
  const whole: Record<string, unknown> = { document: structuredClone(original) };
  for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) {
    const document = whole.document;
    if (typeof document !== 'object' || document === null) break;
    const places = placesIn(document as Record<string, unknown>);
    if (places.length === 0) break;
    pick(Object.values(mutations), random)(pick(places, random), document as Record<string, unknown>, random);
  }
  return whole.document;
}
