import { afterEach, beforeEach } from 'vitest';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { systemClock } from '../../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { bulkRoutes } from '../../../local/bulk/bulk-api.ts';
import { bulkLogOverEventLog } from '../../../local/bulk/bulk-log-over-event-log.ts';
import { type RunningServer, serve } from '../../../local/http/server.ts';
import { openStore, type Store } from '../../../local/sqlite/store.ts';
import { MemoryLog } from '../../support/memory-ports.ts';

export const backlogMax = 10_010;

/** Serves the bulk API over a log in memory, a new one for each test. To be called at the top of a test file. */
export function bulkServer() {
  let log: MemoryLog;
  let store: Store;
  let server: RunningServer;
  let backlog: () => number;
  beforeEach(async () => {
    log = new MemoryLog();
    backlog = () => 0;
    store = openStore(':memory:', defaultLayout, systemClock);
    server = await serve({
      port: 0,
      routes: bulkRoutes({
        bulkLog: bulkLogOverEventLog(log, store.bulkIdentities, silentTelemetry),
        layout: defaultLayout,
        telemetry: silentTelemetry,
        backlog: () => backlog(),
        backlogMax,
      }),
      report: () => {},
    });
  });
  afterEach(async () => {
    await server.close();
    store.close();
  });
  return {
    get log(): MemoryLog {
      return log;
    },
    get url(): string {
      return server.url;
    },
    /** Sets the number of documents that wait to be read. */
    set backlog(waiting: () => number) {
      backlog = waiting;
    },
    /** The documents that were appended, in order. */
    beats: (): string[] => log.records('offbeat.beats').map(({ value }) => `${value}`),
    post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
      const all = { 'content-type': 'application/x-ndjson', ...headers };
      return fetch(`${server.url}${path}`, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers: all });
    },
  };
}
