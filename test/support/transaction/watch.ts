import { expect } from 'vitest';
import { parsePosition } from '../../../functions/shared/log/position.ts';
import { header, type OutgoingRecord } from '../../../functions/shared/log/record.ts';
import type { LedgerItem } from '../../../functions/shared/ports/ledger.ts';
import { numberInName } from '../../../functions/shared/runner/transaction-object.ts';
import { type Chain, upstream } from '../chain.ts';
import type { Decide } from '../faults.ts';
import type { invariants } from './specification.ts';

type Invariant = keyof typeof invariants;
type Check = (chain: Chain, args: readonly unknown[]) => Promise<void>;

/** The invariants that are checked before a call, by the call's name. */
const checks: Readonly<Record<string, Check>> = {
  async 'eventLog.append'(chain, [records]) {
    const { txn } = await chain.ports.ledger.read(upstream);
    for (const { headers } of records as readonly OutgoingRecord[]) {
      const { number } = parsePosition(headers[header.position]!)!;
      expect(number, 'NO-EFFECT-BEFORE-DECISION' satisfies Invariant).toBeLessThanOrEqual(txn);
    }
  },
  async 'ledger.advance'(chain, [, from]) {
    const stored = await chain.ports.ledger.read(upstream);
    const { txn, epoch } = from as LedgerItem;
    if (stored.txn !== txn || stored.epoch !== epoch) return;
    expect(stored.pending, 'PENDING-BEFORE-NEXT' satisfies Invariant).toBeNull();
  },
  async 'objects.put'(chain, [name]) {
    const known = chain.ports.objects.objects.has(String(name));
    expect(known, 'NEW-NAME-EVERY-ATTEMPT' satisfies Invariant).toBe(false);
  },
  async 'objects.delete'(chain, [names]) {
    const { txn, blocks, pending } = await chain.ports.ledger.read(upstream);
    const named = [pending, ...Object.values(blocks).map((ref) => ('object' in ref ? ref.object : null))];
    for (const name of names as readonly string[]) {
      expect(numberInName(name), 'GARBAGE-ONLY-BELOW' satisfies Invariant).toBeLessThanOrEqual(txn);
      expect(named, 'GARBAGE-ONLY-BELOW' satisfies Invariant).not.toContain(name);
    }
  },
};

/** Watches the calls of workers: it checks invariants before each call, and counts the decisions. */
export class Watch {
  readonly #chain: Chain;
  /** The number of calls of `advance` that succeeded, their answers lost or not. */
  decisions = 0;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** Returns a `Decide` that watches each call, and then decides as `fault` does. */
  with(fault: Decide): Decide {
    return async (call, side, args) => {
      if (side === 'before') await checks[call]?.(this.#chain, args);
      if (side === 'after' && call === 'ledger.advance') this.decisions += 1;
      return fault(call, side, args);
    };
  }
}
