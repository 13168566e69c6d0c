import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { Client } from '@opensearch-project/opensearch';
import { kafkaConnectionOf } from '../../functions/shared/adapters/kafka/connect.ts';
import { searchClientOf } from '../../functions/shared/adapters/opensearch/connect.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import type { Layout } from '../../functions/shared/log/layout.ts';
import { type Family, families } from '../../functions/shared/ports/warehouse.ts';
import { type EmbeddedOptions, openEmbedded } from '../../local/embedded.ts';
import { GroupsView, groupsOfFlow } from '../../local/kafka/groups-view.ts';
import { measure, type Timed } from '../measure.ts';
import { type BenchRow, share } from '../row.ts';
import { PlainLoop } from './plain-loop.ts';
import { StageClock } from './stage-clock.ts';
import { stageTable } from './stage-table.ts';

const recording = join(import.meta.dirname, '../../events/recordings/cluster-load.ndjson.gz');
const rounds = 3;
const windowMs = 10;
const askAgainMs = 10;

/** Measures the recorded cluster through all functions over real servers, beside a loop that reads, parses and stores it. */
export async function benchThroughput(env: Environment, layout: Layout): Promise<readonly (BenchRow | string)[]> {
  const lines = gunzipSync(readFileSync(recording)).toString().trimEnd().split('\n');
  const clock = new StageClock();
  await using opened = new AsyncDisposableStack();
  const embedded = await openEmbedded({
    ...options,
    layout,
    env,
    telemetry: clock,
    wrapPorts: clock.wrapPorts,
    windowMs,
  });
  opened.defer(() => embedded.close());
  const connection = kafkaConnectionOf(env, embedded.ports.secrets);
  const search = await searchClientOf(env, embedded.ports.secrets);
  opened.defer(() => search.close());
  const groups = new GroupsView(connection, groupsOfFlow());
  opened.defer(() => groups.close());
  const loop = await PlainLoop.open(connection, search);
  opened.defer(() => loop.close());
  await embedded.start();

  let table: readonly string[] = [];
  let replays = 0;
  const replay = async (): Promise<Timed> => {
    replays += 1;
    clock.take();
    const beganMs = performance.now();
    await embedded.replay({ file: recording, cluster: clusterOf(replays) });
    while (!(await groups.isSettled())) await delay(askAgainMs);
    const tookMs = performance.now() - beganMs;
    table = stageTable(clock.take(), tookMs);
    return { tookMs };
  };
  const { plain, flow } = await measure(lines.length, rounds, { plain: () => loop.run(lines), flow: replay });
  await expectAll(search, clusterOf(replays));
  return [
    { name: 'Kafka → JSON.parse → OpenSearch (peer)', figure: plain, unit: 'documents/s', note: plainNote },
    {
      name: 'the whole flow over real servers',
      figure: flow,
      unit: 'documents/s',
      note: `${share(flow, plain, 'the plain loop')}; put on Kafka → committed by every group, ${windowMs} ms windows`,
    },
    'Where its last round went; stages run beside each other, so that shares add up to more than the whole:',
    ...table,
  ];
}

const clusterOf = (replay: number): string => `bench-${replay}`;

const plainNote = 'put on Kafka → in an index of its own, without ids or mapping; the same clients';

const options = {
  dataDir: undefined,
  settings: defaultSettings,
  terminal: () => {},
} satisfies EmbeddedOptions;

/** The families whose documents are compared. Attempts are not: their number so far does not depend on the flow's rate. */
const ofContent = families.filter((family) => family !== 'offbeat-deliveries');

/** Checks that the warehouse contains what a replay on SQLite leaves: half a flow would be quick. @throws {Error} if not */
async function expectAll(search: Client, cluster: string): Promise<void> {
  await search.indices.refresh({ index: 'offbeat-*' });
  const embedded = await openEmbedded(options);
  try {
    await embedded.replay({ file: recording, cluster });
    await embedded.drain();
    for (const family of ofContent) {
      const found = await countOf(search, family, cluster);
      const expected = await embedded.ports.warehouse.count(family);
      if (found !== expected) throw new Error(`${family}: expected ${expected} documents in OpenSearch, got ${found}`);
    }
  } finally {
    await embedded.close();
  }
}

async function countOf(search: Client, family: Family, cluster: string): Promise<number> {
  const query = { term: { 'offbeat.entity.cluster': { value: cluster } } };
  const { body } = await search.count({ index: family, ignore_unavailable: true, body: { query } });
  return body.count;
}
