import type { ComponentType } from 'preact';
import type { GlyphName } from '../parts/glyph.tsx';

/** A view of the console. */
export interface View {
  readonly name: string;
  /** The pattern of its path. */
  readonly path: string;
  readonly title: string;
  /** The letter that opens it after `g`. */
  readonly key?: string;
  /** The part of the side bar in which it is listed; absent for a view that is opened from another one. */
  readonly group?: 'watched' | 'offbeat';
  readonly glyph: GlyphName;
  /** The view above it. */
  readonly parent?: string;
  /** States whether the range of the head applies to it. */
  readonly hasRange?: boolean;
  /** States whether its charts can have an earlier time beside the range. */
  readonly hasCompare?: boolean;
  /** States whether the cluster of the head applies to it. */
  readonly hasCluster?: boolean;
  readonly load: () => Promise<ComponentType>;
}

type Module = Readonly<Record<string, ComponentType>>;

/** The modules of the views, each of which is loaded when it is opened first. */
const modules = import.meta.glob<Module>([
  '../views/*/{now,machines,machine,throughput,queues,cluster,storage,explore}.tsx',
  '../views/*/{alerts,alert,silences,receivers,dead-letters,settings}.tsx',
]);

function loader(name: string): () => Promise<ComponentType> {
  const component = `${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}View`;
  return async () => {
    const found = (await modules[`../views/${name}/${name}.tsx`]!())[component];
    if (found === undefined) throw new Error(`views/${name}/${name}.tsx: expected an export ${component}`);
    return found;
  };
}

type Row = Omit<View, 'load' | 'glyph'> & { readonly glyph?: GlyphName };

const rows: readonly Row[] = [
  { name: 'now', path: '/', title: 'Now', key: 'n', group: 'watched', hasRange: true, hasCluster: true },
  {
    name: 'machines',
    path: '/machines',
    title: 'Machines',
    key: 'm',
    group: 'watched',
    hasRange: true,
    hasCluster: true,
  },
  {
    name: 'machine',
    path: '/machines/:cluster/:kind/:name',
    title: 'Machine',
    parent: 'machines',
    glyph: 'machines',
    hasRange: true,
  },
  {
    name: 'throughput',
    path: '/throughput',
    title: 'Throughput',
    key: 't',
    group: 'watched',
    hasRange: true,
    hasCluster: true,
  },
  { name: 'queues', path: '/queues', title: 'Queues', key: 'q', group: 'watched', hasRange: true, hasCluster: true },
  { name: 'cluster', path: '/cluster', title: 'Cluster', key: 'c', group: 'watched', hasRange: true, hasCluster: true },
  { name: 'storage', path: '/storage', title: 'Storage', key: 's', group: 'watched', hasRange: true, hasCluster: true },
  {
    name: 'explore',
    path: '/explore',
    title: 'Explore',
    key: 'e',
    group: 'watched',
    hasRange: true,
    hasCompare: true,
    hasCluster: true,
  },
  { name: 'alerts', path: '/alerts', title: 'Alerts', key: 'a', group: 'watched', hasCluster: true },
  { name: 'alert', path: '/alerts/:id', title: 'Alert', parent: 'now', glyph: 'alerts' },
  { name: 'silences', path: '/silences', title: 'Silences', key: 'i', group: 'offbeat', hasCluster: true },
  { name: 'receivers', path: '/receivers', title: 'Receivers', key: 'r', group: 'offbeat' },
  { name: 'dead-letters', path: '/dead-letters', title: 'Dead letters', key: 'd', group: 'offbeat' },
  { name: 'settings', path: '/settings', title: 'Settings', key: 'x', group: 'offbeat' },
];

/** All views, in the order of the side bar. */
export const views: readonly View[] = rows.map((row) => ({
  ...row,
  glyph: row.glyph ?? (row.name as GlyphName),
  load: loader(row.name),
}));

const patterns = views.map((view) => ({ view, pattern: new URLPattern({ pathname: view.path }) }));

/** A view with what its path names. */
export interface Place {
  readonly view: View;
  readonly parts: Readonly<Record<string, string>>;
}

/** Returns the view at a path; `undefined` if there is none. */
export function placeOf(pathname: string): Place | undefined {
  for (const { view, pattern } of patterns) {
    const groups = pattern.exec({ pathname })?.pathname.groups;
    if (groups === undefined) continue;
    const parts = Object.entries(groups).map(([name, text]) => [name, decoded(text ?? '')] as const);
    return { view, parts: Object.fromEntries(parts) };
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the view with a name. */
export const viewNamed = (name: string): View => views.find((view) => view.name === name)!;
