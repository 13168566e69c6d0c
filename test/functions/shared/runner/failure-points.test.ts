import { describe, expect, it } from 'vitest';
import { FencedError, PartitionStoppedError, UnavailableError } from '../../../../functions/shared/domain/errors.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { recover } from '../../../../functions/shared/runner/send-effects.ts';
import { Chain, expectOnce, upstream } from '../../../support/chain.ts';
import { Crash, failOnce, interlude } from '../../../support/faults.ts';

// Numbered as the project's list of failure points; 6 to 10, 15, 16 and 18 concern other stages and are tested there.
// `docs/exactly-once.md` shows where each one is.

const words = ['disk', 'net', 'disk'];

/** The first worker dies at a call; another one gets the same batch again. */
async function diesThenComesAgain(call: string, side: 'before' | 'after', error: Error = new Crash()): Promise<Chain> {
  const chain = new Chain();
  const batch = chain.words(...words);
  await expect(chain.worker(failOnce(call, side, error))(batch)).rejects.toThrow(error);
  await chain.worker()(batch);
  return chain;
}

describe('failure points of the two-phase commit', () => {
  it('1: dies before prepare; the batch is retried and counts once', async () => {
    await expectOnce(await diesThenComesAgain('objects.put', 'before'), words);
  });

  it('2: prepare is written but its answer is lost; the orphan object is never read', async () => {
    const chain = await diesThenComesAgain('objects.put', 'after', new UnavailableError('time-out'));
    await expectOnce(chain, words);
    expect(chain.ports.objects.objects.size).toBeGreaterThan(1);
  });

  it('3: the conditional write is refused because another worker counted the batch; nothing of the loser is sent', async () => {
    const chain = new Chain();
    const batch = chain.words(...words);
    const loser = chain.worker(interlude('ledger.advance', 'before', () => chain.worker()(batch)));
    await expect(loser(batch)).rejects.toThrow(FencedError);
    await loser(batch);
    await expectOnce(chain, words);
    expect(chain.texts(topics.signals)).toHaveLength(words.length);
  });

  it('4: the ledger is throttled or answers with a conflict; the batch is retried', async () => {
    await expectOnce(await diesThenComesAgain('ledger.advance', 'before', new UnavailableError('throttled')), words);
  });

  it('5: dies after prepare and before the commit point; the prepared transaction is as if it never was', async () => {
    const chain = await diesThenComesAgain('ledger.advance', 'before');
    await expectOnce(chain, words);
    expect((await chain.ports.ledger.read(upstream)).txn).toBe(1);
  });

  it('11: dies after the last mark and before the offset is committed; the batch is retried and is dropped', async () => {
    const chain = await diesThenComesAgain('ledger.clearPending', 'after');
    await expectOnce(chain, words);
    expect(chain.texts(topics.signals)).toHaveLength(words.length);
  });

  it('12: the same records are repeated with other batch borders', async () => {
    const chain = new Chain();
    const records = chain.words('a', 'b', 'a', 'c', 'b', 'a');
    const worker = chain.worker();
    await worker(records.slice(0, 3));
    await chain.worker()(records.slice(0, 5));
    await worker(records.slice(1, 6));
    await expectOnce(chain, ['a', 'b', 'a', 'c', 'b', 'a']);
  });

  it('13: two invocations hold the same partition; the slower one is fenced and sends nothing', async () => {
    const chain = new Chain();
    const batch = chain.words(...words);
    const zombie = chain.worker(interlude('ledger.read', 'after', () => chain.worker()(batch)));
    await expect(zombie(batch)).rejects.toThrow(FencedError);
    expect(chain.texts(topics.signals)).toHaveLength(words.length);
    await zombie(batch);
    await expectOnce(chain, words);
  });

  it('14: recovery races the original; both send, the consumer counts once', async () => {
    const chain = new Chain();
    const batch = chain.words(...words);
    const sweep = async () => recover(upstream, await chain.ports.ledger.read(upstream), chain.ports);
    await chain.worker(interlude('eventLog.append', 'after', sweep))(batch);
    expect(chain.texts(topics.signals)).toHaveLength(2 * words.length);
    await expectOnce(chain, words);
  });

  it('17: a poison record in the middle becomes a dead letter with its reason, the good ones beside it count', async () => {
    const chain = new Chain();
    await chain.worker()(chain.words('a', 'poison', 'b', 'unreadable', 'a', 'poison'));
    await expectOnce(chain, ['a', 'b', 'a']);
    expect(chain.deadLetters()).toEqual([
      { text: 'poison', reason: 'step failed', offset: '1', detail: 'Error: cannot count poison' },
      { text: 'unreadable', reason: 'not JSON', offset: '3', detail: 'expected a word' },
      { text: 'poison', reason: 'step failed', offset: '5', detail: 'Error: cannot count poison' },
    ]);
  });

  it('19: more effects than an item or a request can contain are stored in one object', async () => {
    const chain = new Chain();
    const many = Array.from({ length: 5000 }, (_, index) => `series-${index}`);
    await chain.worker()(chain.words(...many));
    await expectOnce(chain, many);
    expect((await chain.ports.ledger.read(upstream)).txn).toBe(1);
  });

  it('20: a ledger restored from a backup behind the offsets stops the partition instead of skipping records', async () => {
    const chain = new Chain();
    const worker = chain.worker();
    await worker(chain.words('a'));
    const backup = await chain.ports.ledger.read(upstream);
    await worker(chain.words('b'));
    chain.ports.ledger.restore(upstream, backup);
    const later = chain.words('c');
    await expect(chain.worker()(later)).rejects.toThrow(PartitionStoppedError);
    await expect(chain.worker()(later)).rejects.toThrow(/expected offset 1, got 2.*new-epoch detect/);
  });
});
