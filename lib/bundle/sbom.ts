import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { bundleAll } from './build.ts';
import { type Bundles, codeFile } from './bundle.ts';

/** A software bill of materials in the JSON of CycloneDX: the fields that are read or changed here. */
export interface Bom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}

export interface Component {
  /** The reference of the component; npm writes `name@version`. */
  readonly 'bom-ref': string;
  readonly name: string;
  readonly scope?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** The property of a component that names a Lambda function whose bundle contains code of it; one for each function. */
export const bundledIn = 'offbeat:bundled-in';

/** Versions of packages by their path in the lock file: `node_modules/a/node_modules/b`. */
export type LockedVersions = Readonly<Record<string, { readonly version?: string }>>;

const clone = join(import.meta.dirname, '../..');
const outputBytesMax = 100_000_000;

/**
 * Returns the bill of materials of the clone: npm's list of all packages in the lock file, with the functions that each
 * package is bundled in.
 * @throws {Error} if npm rejects the lock file, or a bundle contains code of a package that is not in the lock file
 */
export async function makeBom(): Promise<Bom> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const bom: Bom = JSON.parse(execFileSync('npm', args, { cwd: clone, encoding: 'utf8', maxBuffer: outputBytesMax }));
  const { packages } = JSON.parse(readFileSync(join(clone, 'package-lock.json'), 'utf8'));
  return named(markBundled(bom, functionsByPackage(await bundleAll(), packages)));
}

/** Returns a bill of materials with the name of the package at its root, where npm puts the name of the folder. */
function named(bom: Bom): Bom {
  const { metadata } = bom;
  return { ...bom, metadata: { ...metadata, component: { ...metadata.component, name: packageJson.name } } };
}

/**
 * Returns the functions that contain code of each package, by the source maps of their bundles.
 * @returns function names by `name@version`
 * @throws {Error} if a package is not in the lock file
 */
export function functionsByPackage(bundles: Partial<Bundles>, locked: LockedVersions): Map<string, string[]> {
  const functions = new Map<string, string[]>();
  for (const [name, files] of Object.entries(bundles)) {
    const { sources }: { readonly sources: readonly string[] } = JSON.parse(files[`${codeFile}.map`]!);
    for (const path of new Set(sources.flatMap(packagePathOf))) {
      const version = locked[path]?.version;
      if (version === undefined) throw new Error(`${path} is in the bundle of ${name}, and not in package-lock.json`);
      const ref = `${path.split('node_modules/').at(-1)}@${version}`;
      functions.set(ref, [...(functions.get(ref) ?? []), name]);
    }
  }
  return functions;
}

/** Returns the folder of the package that a source file belongs to; none for a file of the clone. */
function packagePathOf(source: string): string[] {
  const path = /^(?:\.\.\/)*((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
  return path === undefined ? [] : [path];
}

/** Adds to each component the functions that it is bundled in. */
export function markBundled(bom: Bom, functions: ReadonlyMap<string, readonly string[]>): Bom {
  const components = bom.components.map((component) => {
    const marks = (functions.get(component['bom-ref']) ?? []).map((value) => ({ name: bundledIn, value }));
    return marks.length === 0 ? component : { ...component, properties: [...(component.properties ?? []), ...marks] };
  });
  return { ...bom, components };
}
