import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { functionNames, functions } from '../../../functions/functions.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { readDeployed } from '../../../functions/shared/handler/deployed.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { bundleAll, bundleFunction, bundling } from '../../../lib/bundle/build.ts';
import type { Bundles } from '../../../lib/bundle/bundle.ts';

/** The limit in docs/development.md for the code of one function, without its source map. */
const bundleBytesMax = 1_000_000;

const root = join(import.meta.dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'offbeat-bundle-'));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('the bundle of a function', () => {
  let bundles: Bundles;
  beforeAll(async () => {
    bundles = await bundleAll();
  });

  it.each(functionNames)('of %s is one module of at most 1 MB with its source map', (name) => {
    const beside = name === 'api' ? ['openapi.json'] : [];
    expect(Object.keys(bundles[name]).sort()).toEqual(['index.mjs', 'index.mjs.map', ...beside]);
    expect(Buffer.byteLength(bundles[name]['index.mjs']!)).toBeLessThanOrEqual(bundleBytesMax);
  });

  it('of the api has the description of the API beside it, and none of the schemas that it is made of', () => {
    const files = bundles.api;
    expect(JSON.parse(files['openapi.json']!)).toMatchObject({ openapi: '3.1.0' });
    expect(files['index.mjs']).not.toContain('The health of the pipeline, and its counts.');
    expect(files['index.mjs']).not.toContain('Returns what a silence would mute, and makes none');
  });

  it.each(functionNames)('of %s contains the Kafka client only if the function connects to brokers', (name) => {
    const connects = functions[name].appendsTo.length > 0 || name === 'set-up-kafka';
    const { sources } = JSON.parse(bundles[name]['index.mjs.map']!) as { readonly sources: readonly string[] };
    expect(sources.some((source) => /@platformatic\/kafka|aws-msk-iam-sasl-signer/.test(source))).toBe(connects);
  });

  it.each(['notify', 'set-up-kafka'] as const)(
    'of %s is the same when it is bundled alone, with its settings and layout beside it',
    async (name) => {
      const { folder, bytes } = await bundleFunction(name, join(directory, name), {
        settings: { cluster: { name: 'here' } },
        layout: defaultLayout,
      });
      const written = readFileSync(join(folder, 'index.mjs'), 'utf8');
      expect(written).toBe(bundles[name]['index.mjs']);
      expect(bytes).toBe(Buffer.byteLength(written));
      expect(readdirSync(folder).sort()).toEqual(['index.mjs', 'index.mjs.map', 'offbeat.json']);
      expect(readDeployed(folder)).toEqual({
        settings: { ...defaultSettings, cluster: { name: 'here', hosts: [] } },
        layout: defaultLayout,
      });
    },
  );

  it('is there for every folder of functions/ with an entry', () => {
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

describe('zod without JSON schemas', () => {
  it('checks settings, and words what is wrong, as the whole package', async () => {
    const outfile = join(directory, 'settings.mjs');
    const entry = 'functions/shared/domain/settings.ts';
    await build({ ...bundling, sourcemap: false, entryPoints: [join(root, entry)], outfile });
    const [bundled, whole] = [await import(outfile), await import(join(root, entry))];
    const wrong = { cluster: { name: 'a b' }, logs: { redact: [''] }, alerts: { groupWait: '2h' }, pager: 1 };
    for (const settings of [{}, { sources: [{ match: { dataset: '*' }, ignore: ['a'] }] }, wrong]) {
      const [ours, theirs] = [bundled, whole].map((module) => module.settingsSchema.safeParse(settings));
      expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
    }
    expect(bundled.settingsSchema.safeParse(wrong).error.issues).toHaveLength(4);
  });
});
