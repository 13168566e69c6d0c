import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { fullForMs } from '../../functions/detect/reached-limits.ts';
import { encodeReachedLimits, reachedLimitsBlock } from '../../functions/shared/domain/reached-limit.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { type StartOptions, startEmbedded } from '../../local/run.ts';
import { openStore } from '../../local/sqlite/store.ts';
import { Loopback } from '../support/loopback.ts';
import { patience } from '../support/patience.ts';
import { spoilOpen } from './sqlite/spoil.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-run-'));
afterAll(() => rmSync(directory, { recursive: true }));

const fixed = { port: 0, replayFile: null, speed: 'max', host: false, settings: defaultSettings } as const;

/** Starts a run, calls `ask`, and stops the run. @returns the output of the run */
async function during(options: Partial<StartOptions>, ask: (url: string) => Promise<void>): Promise<string> {
  const stop = new AbortController();
  let printed = '';
  const { promise: listening, resolve: onListening } = Promise.withResolvers<string>();
  const out = (text: string) => {
    printed += text;
  };
  const dataDir = mkdtempSync(join(directory, 'data-'));
  const run = startEmbedded({ ...fixed, dataDir, out, signal: stop.signal, onListening, ...options });
  try {
    await ask(await Promise.race([listening, run.then(() => 'ended')]));
  } finally {
    stop.abort();
    await run;
  }
  return printed;
}

type Numbers = Readonly<Record<string, number>>;

async function health(url: string): Promise<{ totals: Numbers; counts: Numbers }> {
  const response = await fetch(`${url}/api/health`);
  return (await response.json()) as { totals: Numbers; counts: Numbers };
}

/** Notes in a store that an entity reached its limit for series, so long ago that it is below the limit after some ticks. */
async function reachLimit(dataDir: string, entity: string): Promise<void> {
  const store = openStore(join(dataDir, 'offbeat.db'), defaultLayout, systemClock);
  const key = { stage: 'detect', topic: topics.samples, partition: 0 };
  const newestMs = systemClock.nowMs() - fullForMs + 1_000;
  const limit = { entity, sinceMs: 1, newestMs, newest: `${entity} m{id=1}`, forgotten: 1, refused: 0 };
  const blocks = { [reachedLimitsBlock]: { inline: Buffer.from(encodeReachedLimits([limit])).toString('base64') } };
  const before = await store.ledger.read(key);
  const times = { newestRecordMs: before.newestRecordMs, decidedAtMs: before.decidedAtMs };
  const decision = { nextOffset: before.nextOffset, ...times, blocks, pending: null, attempt: 'test' };
  await store.ledger.advance(key, before, decision);
  store.close();
}

const document = JSON.stringify({
  event: { dataset: 'system.load' },
  host: { name: 'a' },
  system: { load: { 1: 0.5 } },
});

describe('offbeat start', () => {
  it('passes a document of a bulk request through the flow, and stops when its signal aborts', async () => {
    const printed = await during({}, async (url) => {
      const body = `{"create":{}}\n${document}\n`;
      await fetch(`${url}/_bulk`, { method: 'POST', body, headers: { 'content-type': 'application/x-ndjson' } });
      await vi.waitFor(
        async () => expect((await health(url)).totals).toMatchObject({ documents: 1, samples: 1 }),
        patience,
      );
    });
    expect(printed).toMatch(/^offbeat answers on http:\/\/127\.0\.0\.1:\d+, which a browser opens/);
    expect(printed).toMatch(/stopped; .* the next start continues from here\n$/);
  });

  it('appends a document once that arrives at its bulk API twice with the same _id, and counts the repeat', async () => {
    await during({}, async (url) => {
      const body = `{"create":{"_id":"1"}}\n${document}\n`;
      const headers = { 'content-type': 'application/x-ndjson' };
      for (const status of [201, 409]) {
        const answer = await (await fetch(`${url}/_bulk`, { method: 'POST', body, headers })).json();
        expect(answer).toMatchObject({ items: [{ create: { status } }] });
      }
      expect(await health(url)).toMatchObject({
        totals: { documents: 1 },
        counts: { 'documents_repeated{identity=_id}': 1 },
      });
    });
  });

  it('reports the server behind each port, or SQLite if none is named', async () => {
    const printed = await during({ env: { OFFBEAT_KAFKA_BROKERS: ' ' } }, async () => {});
    expect(printed).toMatch(/\nuses SQLite for eventLog, ledger, objects, warehouse, publisher\n/);
  });

  it('leaves its port and its directory free if a server that is named does not answer', async () => {
    const servers = new Loopback();
    const env = { OFFBEAT_OPENSEARCH_URL: `http://127.0.0.1:${await servers.deadPort()}` };
    const dataDir = join(directory, 'away');
    await expect(during({ env, dataDir }, async () => {})).rejects.toThrow(/^OFFBEAT_OPENSEARCH_URL: .*ECONNREFUSED/);
    await during({ dataDir }, async () => {});
  });

  it('replays its recording at the first start and not at the second', async () => {
    const replayFile = join(directory, 'recording.ndjson');
    writeFileSync(replayFile, `{"@timestamp":"2026-11-23T15:00:00Z",${document.slice(1)}`);
    const dataDir = join(directory, 'twice');
    const count = async (url: string) => {
      await vi.waitFor(
        async () => expect((await health(url)).totals).toMatchObject({ documents: 1, samples: 1 }),
        patience,
      );
    };
    expect(await during({ replayFile, dataDir }, count)).toContain('replayed 1 lines');
    expect(await during({ replayFile, dataDir }, count)).toContain('it was replayed before; nothing was appended');
  });

  it('writes warnings to standard error, and its progress to standard output', async () => {
    const warned: string[] = [];
    const printed = await during({ listen: '0.0.0.0', err: (line) => warned.push(line) }, async () => {});
    expect(warned.join()).toMatch(/^\d\d:\d\d:\d\d warning: 0\.0\.0\.0 lets other machines in/);
    expect(printed).not.toContain('warning');
    expect(printed).toContain('offbeat answers on');
  });

  it('writes to standard error, with a time, that a limit for series is reached and is no longer reached', async () => {
    const dataDir = join(directory, 'full');
    await during({ dataDir }, async () => {});
    await reachLimit(dataDir, 'c/host/wide');
    const warned: string[] = [];
    const printed = await during({ dataDir, err: (line) => warned.push(line) }, async () => {
      await vi.waitUntil(() => warned.length >= 2, patience);
    });
    expect(warned).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d warning: c\/host\/wide has as many series as are kept: /),
      expect.stringMatching(/^\d\d:\d\d:\d\d c\/host\/wide is below its limit for series again$/),
    ]);
    expect(printed).not.toContain('series');
  });

  it('answers this machine only unless it listens elsewhere, and warns if it does', async () => {
    const quiet = await during({}, async (url) => expect(new URL(url).hostname).toBe('127.0.0.1'));
    expect(quiet).not.toContain('lets other machines in');
    const open = await during({ listen: '0.0.0.0' }, async (url) => {
      expect((await fetch(`${url}/api/health`)).status).toBe(200);
    });
    expect(open).toContain(
      'warning: 0.0.0.0 lets other machines in: whoever reaches it may ship documents; the API refuses other machines until',
    );
  });

  it('watches this host', async () => {
    await during({ host: true }, async (url) => {
      await vi.waitFor(async () => expect((await health(url)).totals.samples).toBeGreaterThan(3), patience);
    });
  });

  it('ends with an error that names the recording if it cannot be read', async () => {
    const replayFile = join(directory, 'none.ndjson');
    const dataDir = join(directory, 'none');
    const run = startEmbedded({ ...fixed, dataDir, replayFile, out: () => {}, signal: new AbortController().signal });
    await expect(run).rejects.toThrow(/cannot read .*none.ndjson/);
  });
});

describe('a store that is damaged while offbeat runs on it', () => {
  it('ends the run with one error, which names the file and the remedy', async () => {
    const dataDir = mkdtempSync(join(directory, 'damaged-'));
    const storePath = join(dataDir, 'offbeat.db');
    const { promise: listening, resolve: onListening } = Promise.withResolvers<string>();
    const run = startEmbedded({ ...fixed, dataDir, out: () => {}, signal: new AbortController().signal, onListening });
    const ended = run.then(
      () => 'ended well',
      (error: Error) => error.message,
    );
    const { totals } = await health(await listening);
    expect(totals).toMatchObject({ documents: 0 });
    spoilOpen(storePath);
    expect(await ended).toMatch(/offbeat\.db is damaged: .*; put a copy that "npx offbeat backup" made in its place/);
  });
});
