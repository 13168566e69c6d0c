import type { Layout } from '../functions/shared/log/layout.ts';
import { onePartitionEach, topics } from '../functions/shared/log/topics.ts';
import { needed } from './left-out.ts';
import { benchLatency } from './real/latency.ts';
import { startServers } from './real/servers.ts';
import { benchThroughput } from './real/throughput.ts';
import type { BenchRow } from './row.ts';

/** The partitions of the topics. `beats` has two, as in a deployment: live time follows the slower one. */
const layout: Layout = { partitions: { ...onePartitionEach, [topics.beats]: 2 } };

/**
 * Measures the whole flow over real servers: throughput, the time to a page, and where the time goes. Each server is a
 * process. The flow, the plain loop, the sender of documents and the receiver of webhooks share this process: all times
 * are of one clock, and the load that they put on each other makes the figures worse, never better.
 * @returns rows, and lines of the tables between them, when each is ready
 * @throws {LeftOut} if the servers cannot be started
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
