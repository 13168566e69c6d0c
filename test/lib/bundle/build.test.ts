import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { functionNames } from '../../../functions/functions.ts';
import { defaultLayout, defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { readDeployed } from '../../../functions/shared/handler/deployed.ts';
import { bundleFunction, bundling } from '../../../lib/bundle/build.ts';

/** The limit of docs/development.md for the code of one function, without its source map. */
const bundleBytesMax = 1_000_000;

const root = join(import.meta.dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'offbeat-bundle-'));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('the bundle of a function', () => {
  it.each(functionNames)('%s is one module of at most 1 MB, with its settings beside it', async (name) => {
    const { folder, bytes } = await bundleFunction(name, join(directory, name), {
      settings: { cluster: { name: 'here' } },
      layout: defaultLayout,
    });
    expect(bytes).toBeLessThanOrEqual(bundleBytesMax);
    expect(readdirSync(folder).sort()).toEqual(['index.mjs', 'index.mjs.map', 'offbeat.json']);
    expect(readDeployed(folder)).toEqual({
      settings: { ...defaultSettings, cluster: { name: 'here', hosts: [] } },
      layout: defaultLayout,
    });
  });

  it('exists for every folder of functions/ with an entry', () => {
    const folders = readdirSync(join(root, 'functions'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /^[^/\\]+[/\\]index\.ts$/.test(file))
      .map((file) => file.split(/[/\\]/)[0]);
    expect(folders.sort()).toEqual([...functionNames].sort());
  });
});

describe('stripped credentials', () => {
  it('let the signer of MSK make the same token as the whole package', async () => {
    const outfile = join(directory, 'signer.mjs');
    const signer = 'aws-msk-iam-sasl-signer-js';
    const stdin = { contents: `export { generateAuthToken } from '${signer}';`, resolveDir: root };
    await build({ ...bundling, sourcemap: false, stdin, outfile });
    const [bundled, whole] = [await import(outfile), await import(signer)];
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-23T15:00:00Z') });
    const region = 'eu-central-1';
    expect(await bundled.generateAuthToken({ region })).toEqual(await whole.generateAuthToken({ region }));
  });
});
