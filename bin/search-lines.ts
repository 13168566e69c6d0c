import type { SearchDocument } from '../functions/collect/search/documents.ts';
import { iecBytes } from '../functions/shared/domain/iec.ts';
import { type Line, limitedTable, statusLine } from './table.ts';
import { counted } from './words.ts';

/** The most rows of the table of nodes. */
const rowsMax = 50;

const integer = (count: number | undefined): string => count?.toLocaleString('en') ?? '-';
const percent = (value: number | undefined): string => (value === undefined ? '-' : `${Math.round(value)} %`);

/** Returns the lines that show an OpenSearch cluster to a person: its status, its numbers, and its nodes. */
export function searchLines(documents: readonly SearchDocument[]): Line[] {
  const [first] = documents;
  const cluster = first?.elasticsearch.cluster;
  if (first === undefined || cluster === undefined) return [];
  const { name, color, shards, pending_tasks: tasks } = cluster;
  const numbers = [
    ...(color === undefined ? [] : [color]),
    ...(shards === undefined
      ? []
      : [counted(shards.active, 'active shard'), `${integer(shards.unassigned)} unassigned`]),
    ...(tasks === undefined ? [] : [counted(tasks.count, 'pending task')]),
  ];
  const head = `search ${first.service.address}${name === undefined ? '' : `  ${name}`}`;
  return [
    statusLine(head, cluster),
    ...(numbers.length === 0 ? [] : [[`  ${numbers.join(', ')}`]]),
    ...nodeTable(documents),
  ];
}

function nodeTable(documents: readonly SearchDocument[]): Line[] {
  const rows = documents.flatMap(({ elasticsearch: { node } }) => {
    if (node === undefined) return [];
    const { indices, jvm, process, fs, thread_pool: pools } = node.stats;
    const rejected = Object.values(pools).reduce((sum, pool) => sum + (pool.rejected.count ?? 0), 0);
    const { used } = fs;
    return [
      [
        node.name,
        percent(jvm.mem.heap.used.pct),
        percent(process.cpu.pct),
        percent(used.pct === undefined ? undefined : 100 * used.pct),
        integer(indices.docs?.count),
        indices.store.size.bytes === undefined ? '-' : iecBytes(indices.store.size.bytes),
        integer(rejected),
      ],
    ];
  });
  const head = ['node', 'heap', 'cpu', 'disk_used', 'documents', 'store', 'rejected'];
  return limitedTable(head, rows, { one: 'node', rowsMax });
}
