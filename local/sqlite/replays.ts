import type { OutgoingRecord } from '../../functions/shared/log/record.ts';
import type { ReplayLog, ReplayProgress } from '../../functions/shared/ports/replay-log.ts';
import type { Database, Statement } from './database.ts';
import type { Log } from './log.ts';

interface Row {
  readonly cluster: string;
  readonly started_ms: number;
  readonly last_line: number;
  readonly done: number;
}

/** The replay log: records and the progress of their replay, in one transaction. */
export class Replays implements ReplayLog {
  readonly #database: Database;
  readonly #log: Log;
  readonly #get: Statement<Row>;
  readonly #put: Statement;
  readonly #unfinished: Statement<{ found: number }>;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
    this.#get = database.prepare('SELECT cluster, started_ms, last_line, done FROM replays WHERE hash = ?');
    this.#unfinished = database.prepare('SELECT 1 AS found FROM replays WHERE cluster = ? AND done = 0');
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO replays (hash, cluster, started_ms, last_line, done) VALUES (?, ?, ?, ?, ?)',
    );
  }

  progress(hash: string): ReplayProgress | undefined {
    const row = this.#get.get(hash);
    return (
      row && { hash, cluster: row.cluster, startedMs: row.started_ms, lastLine: row.last_line, done: row.done === 1 }
    );
  }

  hasUnfinished(cluster: string): boolean {
    return this.#unfinished.get(cluster) !== undefined;
  }

  async append(records: readonly OutgoingRecord[], progress: ReplayProgress): Promise<readonly number[]> {
    const { hash, cluster, startedMs, lastLine, done } = progress;
    return this.#database.transaction(() => {
      const refused = this.#log.appendWithin(records);
      this.#put.run(hash, cluster, startedMs, lastLine, Number(done));
      return refused.map(({ index }) => index);
    });
  }
}
