import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { defaultLayout } from '../functions/shared/log/layout.ts';
import { systemClock } from '../functions/shared/ports/clock.ts';
import { bulkRoutes } from '../local/bulk/bulk-api.ts';
import { takeDataDir } from '../local/data-dir.ts';
import { type RunningServer, serve } from '../local/http/server.ts';
import { openStore } from '../local/sqlite/store.ts';
import { commitInOrder } from '../test/support/power-cut/in-order.ts';
import { measure, type Timed } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const recording = join(import.meta.dirname, '../events/recordings/cluster-load.ndjson.gz');
const rounds = 5;

/** A way of shipping documents. */
interface Shipping {
  readonly name: string;
  readonly documents: number;
  readonly documentsEach: number;
  /** Requests in flight at a time. */
  readonly clients: number;
}

const shippings: readonly Shipping[] = [
  { name: '1 document a request, 1 client', documents: 500, documentsEach: 1, clients: 1 },
  { name: '1 document a request, 16 clients', documents: 2_000, documentsEach: 1, clients: 16 },
  { name: '1,600 documents a request, 2 clients', documents: 16_000, documentsEach: 1_600, clients: 2 },
];

/**
 * Measures how many documents per second the bulk API acknowledges over HTTP once they are on the disk, beside the same
 * without waiting for the disk. Client and server share the process, and no process reads the appended records.
 */
export async function* benchBulk(): AsyncGenerator<BenchRow> {
  const lines = gunzipSync(readFileSync(recording)).toString().trimEnd().split('\n');
  for (const shipping of shippings) {
    const bodies = bodiesOf(lines, shipping);
    const { peer, now } = await measure(shipping.documents, rounds, {
      peer: () => inOrder(() => ship(bodies, shipping)),
      now: () => ship(bodies, shipping),
    });
    yield { name: 'no commit waits for the disk (peer)', figure: peer, unit: 'documents/s', note: shipping.name };
    yield {
      name: 'bulk API, on the disk when it answers',
      figure: now,
      unit: 'documents/s',
      note: share(now, peer, 'the peer'),
    };
  }
}

function bodiesOf(lines: readonly string[], { documents, documentsEach }: Shipping): readonly string[] {
  return Array.from({ length: documents / documentsEach }, (_, request) =>
    Array.from({ length: documentsEach }, (_, nth) => {
      const line = lines[(request * documentsEach + nth) % lines.length];
      return `{"create":{"_index":"metricbeat"}}\n${line}\n`;
    }).join(''),
  );
}

async function inOrder<T>(work: () => Promise<T>): Promise<T> {
  const end = commitInOrder();
  try {
    return await work();
  } finally {
    end();
  }
}

/** Measures one round, without opening and closing the store. */
async function ship(bodies: readonly string[], { clients }: Shipping): Promise<Timed> {
  const directory = mkdtempSync(join(tmpdir(), 'offbeat-bench-'));
  const { server, close } = await open(directory);
  try {
    const waiting = bodies.values();
    const beganMs = performance.now();
    await Promise.all(Array.from({ length: clients }, () => shipOnOneLane(server.url, waiting)));
    return { tookMs: performance.now() - beganMs };
  } finally {
    await server.close();
    close();
    rmSync(directory, { recursive: true });
  }
}

async function shipOnOneLane(url: string, waiting: Iterable<string>): Promise<void> {
  for (const body of waiting) {
    const headers = { 'content-type': 'application/x-ndjson' };
    const response = await fetch(`${url}/_bulk`, { method: 'POST', headers, body });
    const { errors } = (await response.json()) as { errors: boolean };
    if (errors) throw new Error('a document was not accepted');
  }
}

async function open(directory: string): Promise<{ server: RunningServer; close: () => void }> {
  const { storePath, release } = takeDataDir(directory);
  const { bulkLog, close } = openStore(storePath, defaultLayout, systemClock);
  const routes = bulkRoutes({
    bulkLog,
    layout: defaultLayout,
    telemetry: { count: () => {}, warn: () => {} },
    backlog: () => 0,
    backlogMax: Number.POSITIVE_INFINITY,
  });
  const server = await serve({ port: 0, routes, report: console.error });
  return {
    server,
    close() {
      close();
      release();
    },
  };
}
