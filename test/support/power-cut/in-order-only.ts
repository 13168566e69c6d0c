import { Database } from '../../../functions/shared/adapters/sqlite/database.ts';

/**
 * Loaded before `offbeat start` with `--import`: no commit waits for the disk, whatever it asks for. With it, the harness
 * has to find losses.
 */
const { transaction } = Database.prototype;
Database.prototype.transaction = function inOrder<T>(this: Database, body: () => T): T {
  return transaction.call(this, body) as T;
};
