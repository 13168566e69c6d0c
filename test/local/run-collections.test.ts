import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEmbedded } from '../../local/run.ts';
import { parseSettings } from '../../settings/file.ts';
import { FakeStorage } from '../functions/collect/storage/fake-storage.ts';
import { patience } from '../support/patience.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-collections-'));
afterAll(() => rmSync(directory, { recursive: true }));

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
});
afterEach(() => storage.close());

/** Runs `offbeat start` with targets while `ask` runs. @returns its output */
async function during(targets: readonly string[], ask: (url: string) => Promise<void>): Promise<string> {
  const stop = new AbortController();
  const settings = parseSettings(
    `collect:\n${targets.map((target) => `  - target: ${target}\n`).join('')}`,
    'offbeat.yaml',
  );
  let printed = '';
  const out = (text: string): void => {
    printed += text;
  };
  const { promise: listening, resolve: onListening } = Promise.withResolvers<string>();
  const fixed = { port: 0, replayFile: null, speed: 'max', host: false } as const;
  const dataDir = mkdtempSync(join(directory, 'data-'));
  const run = startEmbedded({ ...fixed, dataDir, settings, out, signal: stop.signal, onListening });
  try {
    await ask(await Promise.race([listening, run.then(() => 'ended')]));
  } finally {
    stop.abort();
    await run;
  }
  return printed;
}

interface Samples {
  readonly documents: readonly {
    readonly event: { readonly dataset: string };
    readonly 'offbeat.entity.kind'?: string;
  }[];
}

describe('offbeat start with targets', () => {
  it('collects a storage beside one that is silent and one that is down, and stops in the middle of a collection', async () => {
    const [port, silent, dead] = [
      await storage.master('3.0.117/normal'),
      await storage.loopback.tcp(() => {}),
      await storage.loopback.deadPort(),
    ];
    const targets = [`moosefs://127.0.0.1:${silent}`, `moosefs://127.0.0.1:${port}`, `kafka://127.0.0.1:${dead}`];
    let stoppedAtMs = 0;
    const printed = await during(targets, async (url) => {
      await vi.waitFor(async () => {
        const answer = await fetch(`${url}/api/sample-documents?cluster=local`);
        const { documents } = (await answer.json()) as Samples;
        const text = documents.map((document) => JSON.stringify(document));
        const of = (dataset: string): number => text.filter((each) => each.includes(`"${dataset}"`)).length;
        expect([of('moosefs.master'), of('moosefs.chunkserver'), of('moosefs.disk')]).toEqual([1, 3, 6]);
        expect(of('kafka.cluster')).toBe(1);
      }, patience);
      stoppedAtMs = performance.now();
    });
    expect(performance.now() - stoppedAtMs).toBeLessThan(10_000);
    for (const target of targets) expect(printed).toContain(`collecting ${target} every 30s\n`);
    expect(printed).toMatch(/^\d\d:\d\d:\d\d warning: kafka:\/\/127\.0\.0\.1:\d+ is down: .* refused the connection/m);
    expect(printed).not.toContain(`${targets[1]} is`);
  });

  it('ends before it begins anything, if a target can never be collected here', async () => {
    const settings = parseSettings('collect: [{ target: "aws://queues", period: 5m }]\n', 'offbeat.yaml');
    const dataDir = mkdtempSync(join(directory, 'data-'));
    let printed = '';
    const out = (text: string): void => {
      printed += text;
    };
    const fixed = { port: 0, replayFile: null, speed: 'max', host: false } as const;
    const stop = new AbortController();
    try {
      await expect(startEmbedded({ ...fixed, dataDir, settings, out, signal: stop.signal })).rejects.toThrow(
        /leave the target out here/,
      );
      expect(printed).toBe('');
    } finally {
      stop.abort();
    }
  });
});
