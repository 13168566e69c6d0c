import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Import, importsOf, root, sourceFiles } from './sources.ts';

const files = sourceFiles();
const imports = files.flatMap(importsOf);

/**
 * The layers of the code, each with the layers that it may import besides itself. A layer is a folder with all files
 * below it, except the files of a layer that is listed with a longer path. `functions/*` is one layer for each function.
 */
const layers: Readonly<Record<string, readonly string[]>> = {
  'functions/shared/domain': [],
  'functions/shared/log': ['functions/shared/domain'],
  'functions/shared/time': ['functions/shared/domain'],
  'functions/shared/ports': ['functions/shared/domain', 'functions/shared/log'],
  'functions/shared/warehouse': ['functions/shared/domain', 'functions/shared/ports'],
  'functions/shared/environment': ['functions/shared/domain'],
  'functions/shared/runner': [
    'functions/shared/domain',
    'functions/shared/log',
    'functions/shared/time',
    'functions/shared/ports',
  ],
  'functions/shared/handler': [
    'functions/shared/domain',
    'functions/shared/log',
    'functions/shared/time',
    'functions/shared/ports',
    'functions/shared/environment',
  ],
  'functions/shared/adapters': [
    'functions/shared/domain',
    'functions/shared/log',
    'functions/shared/time',
    'functions/shared/ports',
    'functions/shared/warehouse',
    'functions/shared/environment',
  ],
  'functions/*': ['functions/shared'],
  // Without a warehouse the API reads what the state of the alert stage contains.
  'functions/api': ['functions/shared', 'functions/alert'],
  // It collects as `collect` does, in another place.
  'functions/collect-account': ['functions/shared', 'functions/collect'],
  functions: ['functions/*', 'functions/shared'],
  settings: ['functions'],
  lib: ['functions', 'settings'],
  local: ['functions'],
  bin: ['functions', 'settings', 'lib', 'local'],
  // The page takes types of the API's answers, and pure words and numbers.
  web: ['functions/shared/domain', 'functions/api'],
};

const textOf = ({ from, to }: Import): string => `${from} imports ${to}`;

/** Returns the layer of a file: the longest listed path that contains it. */
function layerOf(file: string): string {
  const found = Object.keys(layers)
    .filter((layer) => layer !== 'functions/*' && file.startsWith(`${layer}/`))
    .reduce((longest, layer) => (layer.length > longest.length ? layer : longest), '');
  const [, folder, ...rest] = file.split('/');
  if (found !== 'functions' || rest.length === 0) return found;
  return folder === 'shared' ? file.split('/').slice(0, 3).join('/') : `functions/${folder}`;
}

/** Returns whether a file of layer `from` may import one of layer `to`. */
function isAllowed(from: string, to: string): boolean {
  if (from === to) return true;
  const allowed = layers[from] ?? layers[from.replace(/\/[^/]*$/, '/*')] ?? [];
  return allowed.some((layer) =>
    layer === 'functions/*' ? /^functions\/(?!shared)[^/]+$/.test(to) : to === layer || to.startsWith(`${layer}/`),
  );
}

/** Returns each cycle of imports once, as the list of its files. */
function findCycles(): readonly string[] {
  const importedBy = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const { to } of importedBy.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return cycles;
}

describe('the imports of the sources', () => {
  it('name files that exist', () => {
    const known = new Set(files);
    expect(files.length).toBeGreaterThan(300);
    expect(imports.filter(({ to }) => !known.has(to)).map(textOf)).toEqual([]);
  });

  it('form no cycle', () => {
    expect(findCycles()).toEqual([]);
  });

  it('point inward only, from each layer to those that it may know', () => {
    const outward = imports.filter(({ from, to }) => !isAllowed(layerOf(from), layerOf(to)));
    expect(outward.map(textOf)).toEqual([]);
  });
});

it('the page takes nothing but types from the API, and no module that checks anything', () => {
  const taken = files
    .filter((file) => file.startsWith('web/'))
    .flatMap((file) =>
      [
        ...readFileSync(join(root, file), 'utf8').matchAll(/^import (?!type )[^;]*'(?:\.\.\/)+(functions\/[^']+)'/gms),
      ].map(([, module]) => module!),
    );
  expect(taken.filter((module) => module.startsWith('functions/api/'))).toEqual([]);
  expect(taken.length).toBeGreaterThan(5);
  expect(taken.filter((module) => readFileSync(join(root, module), 'utf8').includes("from 'zod'"))).toEqual([]);
});

it('every folder of functions/shared is a layer with its own rule', () => {
  const shared = files.filter((file) => file.startsWith('functions/shared/'));
  const unlisted = shared.map((file) => file.split('/').slice(0, 3).join('/')).filter((layer) => !(layer in layers));
  expect([...new Set(unlisted)]).toEqual([]);
});
