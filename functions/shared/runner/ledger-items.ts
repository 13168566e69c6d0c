import type { Ledger, LedgerItem, LedgerKey } from '../ports/ledger.ts';

/**
 * Returns every item of a ledger, each with its key.
 * @throws {UnavailableError} if the ledger does not answer
 */
export async function ledgerItems(ledger: Ledger): Promise<readonly (LedgerKey & LedgerItem)[]> {
  const keys = await ledger.keys();
  return Promise.all(keys.map(async (key) => ({ ...key, ...(await ledger.read(key)) })));
}
