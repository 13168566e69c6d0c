import { Database } from '../../../local/sqlite/database.ts';

/**
 * From now on no commit of this process waits for the disk, whatever it asks for.
 * @returns ends that
 */
export function commitInOrder(): () => void {
  const { transaction } = Database.prototype;
  Database.prototype.transaction = function inOrder<T>(this: Database, body: () => T): T {
    return transaction.call(this, body) as T;
  };
  return () => {
    Database.prototype.transaction = transaction;
  };
}
