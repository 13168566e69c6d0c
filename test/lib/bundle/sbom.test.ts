import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../../functions/functions.ts';
import {
  type Bom,
  bundledIn,
  type Component,
  functionsByPackage,
  makeBom,
  markBundled,
} from '../../../lib/bundle/sbom.ts';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const sourceMap = (...sources: readonly string[]) => ({
  'index.mjs': '',
  'index.mjs.map': JSON.stringify({ sources }),
});

describe('the functions that a package is bundled in', () => {
  it('are found by the sources of their bundles, and the version by the nearest folder of packages', () => {
    const bundles = {
      alert: sourceMap(
        '../../../functions/alert/index.ts',
        '../../../node_modules/zod/a.js',
        '../../../node_modules/zod/b.js',
      ),
      api: sourceMap('../../../node_modules/zod/a.js', '../../../node_modules/@x/y/node_modules/@x/z/lib/index.js'),
    };
    const locked = {
      'node_modules/zod': { version: '4.0.0' },
      'node_modules/@x/z': { version: '2.0.0' },
      'node_modules/@x/y/node_modules/@x/z': { version: '1.0.0' },
    };
    expect([...functionsByPackage(bundles, locked)]).toEqual([
      ['zod@4.0.0', ['alert', 'api']],
      ['@x/z@1.0.0', ['api']],
    ]);
  });

  it('are not guessed for a package that the lock file does not have', () => {
    const bundles = { alert: sourceMap('../../../node_modules/zod/a.js') };
    expect(() => functionsByPackage(bundles, {})).toThrow(
      'node_modules/zod is in the bundle of alert, and not in package-lock.json',
    );
  });

  it('are added to the data of npm about the package', () => {
    const component = (name: string): Component => ({ 'bom-ref': name, name, properties: [{ name: 'a', value: 'b' }] });
    const bom: Bom = { metadata: { component: component('root') }, components: [component('x@1'), component('y@1')] };
    const { components } = markBundled(bom, new Map([['y@1', ['alert', 'api']]]));
    expect(components[0]).toEqual(component('x@1'));
    expect(components[1]!.properties).toEqual([
      { name: 'a', value: 'b' },
      { name: bundledIn, value: 'alert' },
      { name: bundledIn, value: 'api' },
    ]);
  });
});

describe('the bill of materials of the clone', () => {
  let bom: Bom;
  beforeAll(async () => {
    bom = await makeBom();
  });
  const locked: Readonly<Record<string, Locked>> = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  const functionsOf = ({ properties }: Component): string[] =>
    (properties ?? []).flatMap(({ name, value }) => (name === bundledIn ? [value] : []));

  it('has the name of the package, not that of the folder', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'offbeat' } } });
  });

  it('has every package of the lock file, with the hash that npm ci checks', () => {
    const hashes = new Map(bom.components.map(({ 'bom-ref': ref, hashes }) => [ref, hashes?.[0]]));
    for (const [path, { version, integrity, link }] of Object.entries(locked)) {
      if (!path.includes('node_modules/') || link === true) continue;
      const ref = `${path.split('node_modules/').at(-1)}@${version}`;
      expect([...hashes.keys()]).toContain(ref);
      if (integrity === undefined) continue;
      const content = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
      expect(hashes.get(ref)).toEqual({ alg: 'SHA-512', content });
    }
  });

  it('names what is bundled into each function: dependencies with a hash, none of the tools', () => {
    const bundled = bom.components.filter((component) => functionsOf(component).length > 0);
    expect([...new Set(bundled.flatMap(functionsOf))].sort()).toEqual([...functionNames].sort());
    const odd = bundled.filter(
      ({ hashes, properties }) => !hashes || properties?.some(({ name }) => /development/.test(name)),
    );
    expect(odd.map(({ 'bom-ref': ref }) => ref)).toEqual([]);
  });
});
