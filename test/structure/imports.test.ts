import { describe, expect, it } from 'vitest';
import { type Import, importsOf, sourceFiles } from './sources.ts';

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
  functions: ['functions/*', 'functions/shared'],
  settings: ['functions'],
  lib: ['functions', 'settings'],
  local: ['functions'],
  bin: ['functions', 'settings', 'lib', 'local'],
};

/** The imports that break the rules today, each with the reason why it stays. */
const exceptions: readonly { readonly from: string; readonly to: string; readonly because: string }[] = [
  {
    from: 'functions/shared/domain/settings.ts',
    to: 'functions/shared/log/topics.ts',
    because: 'the layout counts the partitions of each topic',
  },
  {
    from: 'functions/shared/domain/signal.ts',
    to: 'functions/shared/log/lane.ts',
    because: 'a tick names the lane whose time it moves on',
  },
  {
    from: 'functions/shared/log/append-letters.ts',
    to: 'functions/shared/ports/index.ts',
    because: 'it appends to the event log',
  },
  {
    from: 'functions/shared/log/reject-records.ts',
    to: 'functions/shared/ports/index.ts',
    because: 'it appends to the event log',
  },
  {
    from: 'functions/shared/environment/aws-endpoints.ts',
    to: 'functions/shared/adapters/aws/client-config.ts',
    because: 'it returns the options of an AWS client',
  },
  {
    from: 'functions/set-up-warehouse/set-up.ts',
    to: 'functions/normalise/timestamp.ts',
    because: 'indices are made ahead by the same limit by which normalise refuses a document',
  },
];

/** The cycles of today. Both are of types only: no module runs before another that it needs. */
const knownCycles: ReadonlySet<string> = new Set([
  'functions/detect/group.ts → functions/detect/lanes.ts → functions/detect/group.ts',
  'functions/detect/group.ts → functions/detect/size.ts → functions/detect/group.ts',
]);

const textOf = ({ from, to }: Import): string => `${from} imports ${to}`;
const exceptionTexts: ReadonlySet<string> = new Set(exceptions.map(textOf));

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

  it('form no cycle but those that are listed', () => {
    const cycles = findCycles();
    expect(cycles.filter((cycle) => !knownCycles.has(cycle))).toEqual([]);
    expect([...knownCycles].filter((cycle) => !cycles.includes(cycle))).toEqual([]);
  });

  it('point inward only, from each layer to those that it may know', () => {
    const outward = imports.filter(({ from, to }) => !isAllowed(layerOf(from), layerOf(to))).map(textOf);
    expect(outward.filter((text) => !exceptionTexts.has(text))).toEqual([]);
  });

  it('still need every exception that is listed', () => {
    const outward = new Set(imports.filter(({ from, to }) => !isAllowed(layerOf(from), layerOf(to))).map(textOf));
    expect(exceptions.map(textOf).filter((text) => !outward.has(text))).toEqual([]);
  });
});

it('every folder of functions/shared is a layer with its own rule', () => {
  const shared = files.filter((file) => file.startsWith('functions/shared/'));
  const unlisted = shared.map((file) => file.split('/').slice(0, 3).join('/')).filter((layer) => !(layer in layers));
  expect([...new Set(unlisted)]).toEqual([]);
});
