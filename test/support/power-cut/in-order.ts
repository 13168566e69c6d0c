import { Database } from '../../../local/sqlite/database.ts';

/** Makes no commit of this process wait for the disk, even if it is asked for. @returns a function that ends that */
export function commitInOrder(): () => void {
  const { transaction } = Database.prototype;
  Database.prototype.transaction = function inOrder<T>(this: Database, body: () => T): T {
    return transaction.call(this, body) as T;
  };
  return () => {
    Database.prototype.transaction = transaction;
  };
}
