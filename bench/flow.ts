import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import { openEmbedded } from '../local/embedded.ts';
import { measure, type Timed } from './measure.ts';
import { type BenchRow, share } from './row.ts';

const recording = join(import.meta.dirname, '../events/recordings/cluster-load.ndjson.gz');
const rounds = 5;
const peerBatch = 1_000;

/** Measures the recorded cluster through every function into a new store, beside parsing and storing it alone. */
export async function benchFlow(): Promise<BenchRow[]> {
  const lines = gunzipSync(readFileSync(recording)).toString().trimEnd().split('\n');
  const { peer, flow } = await measure(lines.length, rounds, { peer: () => parseAndStore(lines), flow: replay });
  return [
    {
      name: 'JSON.parse and one SQLite row each (peer)',
      figure: peer,
      unit: 'documents/s',
      note: `${peerBatch} rows a transaction`,
    },
    {
      name: 'embedded flow (replay)',
      figure: flow,
      unit: 'documents/s',
      budget: 10_000,
      note: `${share(flow, peer, 'parsing and storing alone')}; all six functions, committed`,
    },
  ];
}

/** Measures one round, without opening and closing the store. */
async function replay(): Promise<Timed> {
  const embedded = await openEmbedded({
    dataDir: undefined,
    settings: defaultSettings,
    terminal: () => {},
    windowMs: 0,
  });
  try {
    const beganMs = performance.now();
    await embedded.replay({ file: recording, cluster: 'recorded' });
    await embedded.drain();
    return { tookMs: performance.now() - beganMs };
  } finally {
    await embedded.close();
  }
}

function parseAndStore(lines: readonly string[]): void {
  const directory = mkdtempSync(join(tmpdir(), 'offbeat-bench-'));
  const database = new DatabaseSync(join(directory, 'peer.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec('CREATE TABLE documents (time TEXT, document TEXT) STRICT');
  const insert = database.prepare('INSERT INTO documents VALUES (?, ?)');
  for (let from = 0; from < lines.length; from += peerBatch) {
    database.exec('BEGIN');
    for (const line of lines.slice(from, from + peerBatch)) {
      const document: { '@timestamp': string } = JSON.parse(line);
      insert.run(document['@timestamp'], line);
    }
    database.exec('COMMIT');
  }
  database.close();
  rmSync(directory, { recursive: true });
}
