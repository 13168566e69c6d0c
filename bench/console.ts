import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpWarehouse } from '../functions/set-up-warehouse/set-up.ts';
import { openSearchClient } from '../functions/shared/adapters/opensearch/client.ts';
import { searchServer } from '../functions/shared/adapters/opensearch/server.ts';
import { OpenSearchWarehouse } from '../functions/shared/adapters/opensearch/warehouse.ts';
import { minuteMs } from '../functions/shared/domain/durations.ts';
import { defaultLayout } from '../functions/shared/log/layout.ts';
import type { Warehouse } from '../functions/shared/ports/warehouse.ts';
import { openStore, type Store } from '../local/sqlite/store.ts';
import { startOpenSearch } from '../test/real/servers/opensearch.ts';
import { seriesCount } from './console/documents.ts';
import { fill, wholeDay } from './console/fill.ts';
import { type Asked, askOver, questions } from './console/questions.ts';
import { needed } from './left-out.ts';
import { figureOfTimes } from './measure.ts';
import type { BenchRow } from './row.ts';

const rounds = 5;

/**
 * Measures how long the API takes for what the console asks, over 10,000 series of 200 hosts: 24 h of minutes and 15 min of samples
 * every 10 s. First over the embedded store, then over a real OpenSearch.
 */
export async function* benchConsole(): AsyncGenerator<BenchRow | string> {
  const nowMs = Math.floor(Date.now() / minuteMs) * minuteMs;
  const folder = mkdtempSync(join(tmpdir(), 'offbeat-bench-'));
  const store = openStore(join(folder, 'offbeat.db'), defaultLayout, { nowMs: () => nowMs, random: () => 0 });
  try {
    yield* benchWarehouse('embedded', store.warehouse, { store, nowMs });
    const { address, close } = await needed('a real OpenSearch', startOpenSearch());
    try {
      const client = await openSearchClient({ url: address, requestTimeoutMs: 120_000 });
      const server = searchServer(client);
      await setUpWarehouse(server, nowMs);
      const warehouse = new OpenSearchWarehouse(client, {
        retryLimits: { deadlineMs: 120_000, requestTimeoutMs: 120_000 },
      });
      const settle = async () => void (await server.request('POST', '/offbeat-*/_refresh'));
      yield* benchWarehouse('OpenSearch', warehouse, { store, nowMs, settle });
    } finally {
      await close();
    }
  } finally {
    store.close();
    rmSync(folder, { recursive: true });
  }
}

interface Beside {
  /** The store with the tables that are not in the warehouse. */
  readonly store: Store;
  readonly nowMs: number;
  /** Waits until searches find what was written. @default they do at once */
  readonly settle?: () => Promise<void>;
}

async function* benchWarehouse(
  name: string,
  warehouse: Warehouse,
  { store, nowMs, settle }: Beside,
): AsyncGenerator<BenchRow | string> {
  const beganMs = performance.now();
  const documents = await fill(warehouse, nowMs, wholeDay);
  await settle?.();
  const seconds = Math.round((performance.now() - beganMs) / 1_000);
  yield `\n${name}: ${seriesCount.toLocaleString('en')} series, ${documents.toLocaleString('en')} documents written in ${seconds} s`;
  const ask = askOver(warehouse, store, nowMs);
  for (const { name: what, path, budgetMs } of questions) {
    const first = await ask(path);
    const asked: Asked[] = [];
    for (let round = 0; round < rounds; round += 1) asked.push(await ask(path));
    const processor = figureOfTimes(asked.map(({ processorMs }) => processorMs));
    yield {
      name: `${name}: ${what}`,
      figure: figureOfTimes(asked.map(({ tookMs }) => tookMs)),
      unit: 'ms',
      budget: budgetMs,
      note: `the first: ${Math.round(first.tookMs)} ms; processor time here: ${Math.round(processor.median)} ms`,
    };
  }
}
