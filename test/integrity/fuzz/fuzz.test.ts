import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Effect } from './cases.ts';
import { FuzzedProcess } from './fuzzed-process.ts';
import { dataDirName, leakIn } from './judge.ts';
import type { Surroundings } from './requests.ts';
import { documentedRoutes } from './routes.ts';
import { hungMs, run } from './run.ts';
import { makeOpenAlerts } from './store.ts';
import { exchange } from './wire.ts';

const exchanges = Number(process.env.OFFBEAT_FUZZ_REQUESTS ?? 10_000);
const seed = Number(process.env.OFFBEAT_FUZZ_SEED ?? 1);
const openAlerts = 60;
/**
 * The resident memory at the end, as a multiple of the memory after half of the run. A heap grows a little where
 * nothing forces a collection.
 */
const growthMax = 1.3;
const patience = { timeout: 60_000, interval: 200 };

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly entity: { readonly cluster: string };
}

describe(`offbeat start, after ${exchanges} random requests (seed ${seed})`, () => {
  const directory = mkdtempSync(join(tmpdir(), dataDirName));
  const effects: Effect[] = [];
  let offbeat: FuzzedProcess;
  let around: Surroundings;
  let documentsBefore: number;
  let megabytesHalfWay: number | undefined;

  beforeAll(async () => {
    await makeOpenAlerts(directory, openAlerts);
    offbeat = new FuzzedProcess(directory);
    await offbeat.isUp();
    const { alerts } = await offbeat.get<{ alerts: Listed[] }>('/api/alerts?limit=1000&status=open');
    const { series } = await offbeat.get<{ series: string[] }>('/api/series');
    around = {
      host: `127.0.0.1:${offbeat.port}`,
      nowMs: Date.now(),
      routes: documentedRoutes(),
      alerts: alerts.map(({ id, entity: { cluster } }) => ({ id, cluster })),
      series: series.slice(0, 5),
    };
    documentsBefore = (await offbeat.health()).totals.documents!;
  });
  afterAll(async () => {
    await offbeat.stop();
    rmSync(directory, { recursive: true });
  });

  const half = async (first: number): Promise<readonly string[]> => {
    const ran = await run({ port: offbeat.port, around, seed, first, count: exchanges / 2 });
    effects.push(...ran.effects);
    const counts = [...ran.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    console.log(`answers from exchange ${first} on: ${counts.join(', ')}; ${offbeat.residentMb?.toFixed(0)} MB`);
    return ran.failures;
  };

  it('gets requests for every route, and for existing alerts', () => {
    const some = ['/api/alerts/{id}', '/api/commands', '/_bulk', '/v1/metrics'];
    expect(around.routes.map(({ path }) => path)).toEqual(expect.arrayContaining(some));
    expect(around.alerts).toHaveLength(openAlerts);
  });

  it('answers or closes each request, without a status 5xx and without internal details', async () => {
    const failures = await half(0);
    megabytesHalfWay = offbeat.residentMb;
    expect([...failures, ...(await half(exchanges / 2))]).toEqual([]);
  });

  it('uses no more memory at the end than after half of the requests', () => {
    if (megabytesHalfWay === undefined) return;
    expect(offbeat.residentMb! / megabytesHalfWay).toBeLessThan(growthMax);
  });

  it.concurrent.each([
    ['a head', 'GET /api/health HTTP/1.1\r\nhost: 127'],
    [
      'a body',
      'POST /api/commands HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('does not wait forever for the rest of %s', async (_, text) => {
    const unfinished = { steps: [{ pieces: [Buffer.from(text)] }], ending: 'wait' as const };
    const { isHung } = await exchange(offbeat.port, unfinished, hungMs);
    expect(isHung).toBe(false);
  });

  it('has created every silence that it accepted, and ended those for which it accepted an end', async () => {
    const silences = effects.filter((effect) => effect.kind === 'silence');
    expect(silences.length).toBeGreaterThan(exchanges / 200);
    for (const { id, isOver } of silences) {
      const state = isOver ? 'over' : 'active';
      await vi.waitFor(async () => expect(await offbeat.get(`/api/silences/${id}`)).toMatchObject({ state }), patience);
    }
  });

  it('has acknowledged and resolved the requested alerts and no others', async () => {
    const asked = effects.filter((effect) => effect.kind === 'alert');
    const actionsOn = (id: string) => asked.filter((effect) => effect.id === id).map(({ action }) => action);
    for (const { id } of around.alerts) {
      const actions = actionsOn(id);
      const acknowledged = actions.length > 0 ? 'acknowledged' : 'open';
      const status = actions.includes('resolve') ? 'resolved' : acknowledged;
      await vi.waitFor(async () => expect(await offbeat.get(`/api/alerts/${id}`)).toMatchObject({ status }), patience);
    }
    expect(asked.length).toBeGreaterThan(0);
  });

  it('has read every document that it accepted, and is healthy', async () => {
    const shipped = effects.reduce((sum, effect) => sum + (effect.kind === 'documents' ? effect.count : 0), 0);
    expect(shipped).toBeGreaterThan(exchanges / 50);
    await vi.waitFor(async () => {
      const { status, totals } = await offbeat.health();
      expect(totals.documents! - documentsBefore).toBeGreaterThanOrEqual(shipped);
      expect(status).toBe('ok');
    }, patience);
  });

  it('has printed no stack and no failed request', () => {
    expect(leakIn(offbeat.output)).toBeUndefined();
    expect(offbeat.output.split('\n').filter((line) => /request failed|unhandled|Error:/i.test(line))).toEqual([]);
  });
});
