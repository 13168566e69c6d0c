import { benchLatency } from './real/latency.ts';
import { type RealServers, startServers } from './real/servers.ts';
import { benchThroughput } from './real/throughput.ts';
import { lineOf } from './row.ts';

/**
 * The whole flow over real servers: how much goes through, how soon a page is there, and where the time goes. The
 * servers are processes of their own; the flow, the plain loop, the sender of documents and the receiver of webhooks
 * share this one: so all moments are of one clock, and what they take from each other makes the figures worse, never
 * better.
 * @returns lines, as they come; where the servers cannot be started, one that says why
 */
export async function* benchRealFlow(): AsyncGenerator<string> {
  let servers: RealServers;
  try {
    servers = await startServers();
  } catch (error) {
    yield `left out: the flow over real servers, which could not be started: ${firstLine(error)}`;
    return;
  }
  try {
    for (const bench of [benchThroughput, benchLatency]) {
      for (const row of await bench(servers.env)) yield typeof row === 'string' ? row : lineOf(row);
    }
  } finally {
    await servers.close();
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]!;
}
