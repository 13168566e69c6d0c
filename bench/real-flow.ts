import type { Layout } from '../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../functions/shared/log/topics.ts';
import { needed } from './left-out.ts';
import { benchLatency } from './real/latency.ts';
import { startServers } from './real/servers.ts';
import { benchThroughput } from './real/throughput.ts';
import type { BenchRow } from './row.ts';

/** Live time is that of the slower of two partitions of `beats`, as it is in a deployment. */
const layout: Layout = { partitions: { ...onePartitionEach, [topics.beats]: 2 } };

/**
 * The whole flow over real servers: how much goes through, how soon a page is there, and where the time goes. The
 * servers are processes of their own; the flow, the plain loop, the sender of documents and the receiver of webhooks
 * share this one: so all moments are of one clock, and what they take from each other makes the figures worse, never
 * better.
 * @returns rows, and lines of the tables between them, as they come
 * @throws {LeftOut} where the servers cannot be started
 */
export async function* benchRealFlow(): AsyncGenerator<BenchRow | string> {
  const servers = await needed('real servers', startServers());
  try {
    yield* await benchThroughput(servers.env, layout);
    yield* benchLatency(servers.env, layout);
  } finally {
    await servers.close();
  }
}
