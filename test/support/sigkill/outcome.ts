import { DatabaseSync } from 'node:sqlite';
import { liveScope } from '../../../functions/shared/domain/sample.ts';
import { tickVersion } from '../../../functions/shared/domain/signal.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { type Topic, topics } from '../../../functions/shared/log/topics.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { families } from '../../../functions/shared/ports/warehouse.ts';
import { dedupBlock } from '../../../functions/shared/runner/dedup.ts';
import { loadBlocks } from '../../../functions/shared/runner/state-blocks.ts';
import { openStore, type Store } from '../../../local/sqlite/store.ts';

/**
 * The whole of what a run leaves behind, one line for each thing, by the place that stores it; the lines of each place
 * in order.
 */
export type Outcome = ReadonlyMap<string, readonly string[]>;

/**
 * The families whose documents are compared. Attempts are left out: they have the times of their own run, and a kill
 * adds more.
 */
const ofContent = families.filter((family) => family !== 'offbeat-deliveries');

/** The tables, and a query of what is compared. */
const tables: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ofContent.map((family) => [family, `SELECT id, version, document FROM "${family}"`])),
  deliveries: 'SELECT item FROM deliveries',
  queue: 'SELECT body FROM messages',
  'given up': 'SELECT body, reason FROM dead_messages',
  replays: 'SELECT cluster, last_line, done FROM replays',
};

/**
 * Reads what a run left: warehouse, state, deliveries, queue, totals, and each topic as its readers see it. Left out
 * are transaction numbers, attempts' names, offsets, positions and append times, the runner's own block and live time,
 * which are made of them, and the number of tries of a delivery.
 */
export async function outcomeOf(storePath: string): Promise<Outcome> {
  const parts = new Map<string, string[]>();
  const database = new DatabaseSync(storePath, { readOnly: true });
  for (const [part, sql] of Object.entries(tables)) {
    parts.set(
      part,
      database
        .prepare(sql)
        .all()
        .map((row) => JSON.stringify(row)),
    );
  }
  database.close();
  const store = openStore(storePath, defaultLayout, systemClock);
  try {
    parts.set('state', await stateOf(store));
    parts.set('totals', [JSON.stringify(store.totals())]);
    for (const topic of Object.values(topics)) parts.set(topic, recordsOf(store, topic));
  } finally {
    store.close();
  }
  for (const lines of parts.values()) lines.sort();
  return parts;
}

async function stateOf(store: Store): Promise<string[]> {
  const lines: string[] = [];
  for (const key of await store.ledger.keys()) {
    const item = await store.ledger.read(key);
    const stage = `${key.stage} ${key.topic}/${key.partition}`;
    lines.push(`${stage} pending ${item.pending}`);
    for (const [block, bytes] of await loadBlocks(key, item, store)) {
      if (block !== dedupBlock) lines.push(`${stage} ${block} ${textOfBlock(block, bytes)}`);
    }
  }
  return lines;
}

/** Returns a block as it is stored; for the block that holds time, without live time. */
function textOfBlock(block: string, bytes: Uint8Array): string {
  const stored = Buffer.from(bytes);
  if (block !== 'common') return stored.toString('base64');
  const { clocks, ...rest } = JSON.parse(stored.toString());
  return JSON.stringify({ ...rest, clocks: clocks.filter(([scope]: [string]) => scope !== liveScope) });
}

/** Returns each record once: one that was sent twice has the same position twice, which its readers count once. */
function recordsOf(store: Store, topic: Topic): string[] {
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const record of read(store, topic)) {
    const position = record.headers[header.position];
    if (position !== undefined && seen.has(position)) continue;
    if (position !== undefined) seen.add(position);
    if (!isLiveTick(record)) lines.push(textOf(record));
  }
  return lines;
}

const isLiveTick = ({ key, headers }: LogRecord): boolean =>
  key === liveScope && headers[header.schema] === tickVersion;

function read(store: Store, topic: Topic): LogRecord[] {
  const records: LogRecord[] = [];
  for (;;) {
    const page = store.broker.read(topic, 0, records.length, { recordsMax: 10_000, bytesMax: 64_000_000 });
    if (page.length === 0) return records;
    records.push(...page);
  }
}

function textOf({ key, value, headers }: LogRecord): string {
  const { [header.position]: _position, [header.sourceTime]: _sourceTime, offset: _offset, ...rest } = headers;
  return JSON.stringify({ key, value: value?.toString('base64'), headers: rest });
}

/** Returns the differences of two outcomes: each line that one of them has more often, with its place and its count. */
export function differences(expected: Outcome, found: Outcome): string[] {
  const parts = new Set([...expected.keys(), ...found.keys()]);
  return [...parts].flatMap((part) => {
    const surplus = new Map<string, number>();
    for (const line of found.get(part) ?? []) surplus.set(line, (surplus.get(line) ?? 0) + 1);
    for (const line of expected.get(part) ?? []) surplus.set(line, (surplus.get(line) ?? 0) - 1);
    return [...surplus]
      .filter(([, by]) => by !== 0)
      .map(([line, by]) => `${part}: ${by > 0 ? `${by} too many` : `${-by} missing`}: ${line.slice(0, 300)}`);
  });
}
