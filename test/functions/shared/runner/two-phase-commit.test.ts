import { describe, expect, it } from 'vitest';
import { PartitionStoppedError, UnavailableError } from '../../../../functions/shared/domain/errors.ts';
import { type Topic, topics } from '../../../../functions/shared/log/topics.ts';
import { collectGarbage } from '../../../../functions/shared/runner/collect-garbage.ts';
import { Dedup } from '../../../../functions/shared/runner/dedup.ts';
import { createRunner } from '../../../../functions/shared/runner/runner.ts';
import { objectName } from '../../../../functions/shared/runner/transaction-object.ts';
import { createSweep } from '../../../../functions/sweep/handler.ts';
import { Chain, counting, expectOnce, leftInDoubt, upstream } from '../../../support/chain.ts';
import { Crash, failOnce, interlude } from '../../../support/faults.ts';
import { lambdaContext } from '../../../support/lambda-context.ts';
import { tallyStep } from '../../../support/tally.ts';

describe('the commit point', () => {
  it('the commit point counts as passed when the first try was stored and its answer lost', async () => {
    const chain = new Chain();
    const ledger = chain.ports.ledger;
    const impatient = createRunner(tallyStep, {
      ...chain.ports,
      ledger: {
        ...bound(ledger),
        async advance(key, from, to) {
          await ledger.advance(key, from, to);
          return ledger.advance(key, from, to);
        },
      },
    });
    await impatient(
      { topic: topics.samples, partition: 0, records: chain.words('a', 'b') },
      new AbortController().signal,
    );
    expect((await ledger.read(upstream)).txn).toBe(1);
    await expectOnce(chain, ['a', 'b']);
  });

  it('the next worker recovers a transaction whose answer never came', async () => {
    const chain = new Chain();
    const batch = chain.words('a', 'b');
    const unlucky = chain.worker(failOnce('ledger.advance', 'after', new UnavailableError('time-out')));
    await expect(unlucky(batch)).rejects.toThrow(UnavailableError);
    await unlucky(batch);
    await expectOnce(chain, ['a', 'b']);
  });

  it('the commit point is not reached when the time of the invocation is over', async () => {
    const chain = new Chain();
    const batch = chain.words('a');
    await expect(chain.worker()(batch, AbortSignal.abort())).rejects.toThrow(/out of time before the commit point/);
    expect((await chain.ports.ledger.read(upstream)).txn).toBe(0);
  });
});

describe('pending effects', () => {
  it('the next invocation sends pending effects before new ones', async () => {
    const chain = await leftInDoubt('a', 'b');
    await chain.worker()(chain.words('c'));
    expect(chain.texts(topics.signals)).toEqual(['a 1', 'b 1', 'c 1']);
    await expectOnce(chain, ['a', 'b', 'c']);
  });

  it('the sweep sends the pending effects of a quiet partition', async () => {
    const chain = await leftInDoubt('a');
    const { telemetry, counts } = counting();
    const report = await createSweep({ ...chain.ports, telemetry })({}, lambdaContext());
    expect(report.recovered).toBe(1);
    expect(counts.pending_too_old).toBeUndefined();
    await expectOnce(chain, ['a']);
  });

  it.each([
    [60_000, undefined],
    [60_001, 1],
  ])('pending effects raise an alarm more than a minute after their decision: after %d ms', async (ageMs, alarms) => {
    const chain = await leftInDoubt('a');
    const { telemetry, counts } = counting();
    chain.ports.clock.timeMs += ageMs;
    await createSweep({ ...chain.ports, telemetry })({}, lambdaContext());
    expect(counts.pending_too_old).toBe(alarms);
  });

  it('pending effects of old records raise no alarm, because their age is that of the decision', async () => {
    const chain = new Chain();
    const backlog = chain.words('a');
    chain.ports.clock.timeMs += 86_400_000;
    const dying = chain.worker(failOnce('eventLog.append', 'before', new Crash()));
    await expect(dying(backlog)).rejects.toThrow(Crash);
    const { telemetry, counts } = counting();
    await createSweep({ ...chain.ports, telemetry })({}, lambdaContext());
    expect(counts).toEqual({ transactions_recovered: 1 });
  });

  it('a late clearing of an older transaction does not clear pending effects', async () => {
    const chain = new Chain();
    await chain.worker()(chain.words('a'));
    const older = (await chain.ports.ledger.read(upstream)).attempt!;
    const dying = chain.worker(failOnce('eventLog.append', 'before', new Crash()));
    await expect(dying(chain.words('b'))).rejects.toThrow(Crash);
    await chain.ports.ledger.clearPending(upstream, older);
    expect((await chain.ports.ledger.read(upstream)).pending).not.toBeNull();
    await chain.worker()([]);
    await expectOnce(chain, ['a', 'b']);
  });

  it('all effects are sent again after a send that failed in the middle of a chunk, and count once', async () => {
    const chain = new Chain();
    const log = chain.ports.eventLog;
    let failing = true;
    const half = createRunner(tallyStep, {
      ...chain.ports,
      eventLog: {
        earliestOffset: (topic, partition) => log.earliestOffset(topic, partition),
        async append(records) {
          if (!failing) return log.append(records);
          failing = false;
          await log.append(records.slice(0, 2));
          throw new UnavailableError('the broker went away');
        },
      },
    });
    const batch = { topic: topics.samples, partition: 0, records: chain.words('a', 'b', 'c') };
    await expect(half(batch, new AbortController().signal)).rejects.toThrow(UnavailableError);
    await half(batch, new AbortController().signal);
    expect(chain.texts(topics.signals)).toEqual(['a 1', 'b 1', 'a 1', 'b 1', 'c 1']);
    await expectOnce(chain, ['a', 'b', 'c']);
  });

  it('effects for an unknown topic block the partition and become no dead letters', async () => {
    const chain = new Chain();
    const lost = {
      ...tallyStep,
      apply: () => [{ topic: 'offbeat.nowhere' as Topic, partition: 0, key: 'k', value: 'x', headers: {} }],
    };
    await expect(chain.worker(undefined, lost)(chain.words('a'))).rejects.toThrow(/unknown topic/);
    expect(chain.deadLetters()).toEqual([]);
    expect((await chain.ports.ledger.read(upstream)).pending).not.toBeNull();
  });
});

describe('cached state', () => {
  it('a cached state is not used when another worker has advanced the partition', async () => {
    const chain = new Chain();
    const [one, other] = [chain.worker(), chain.worker()];
    await one(chain.words('a'));
    await other(chain.words('a', 'b'));
    await one(chain.words('a'));
    await expectOnce(chain, ['a', 'a', 'b', 'a']);
  });

  it('a cached state is dropped by a failure before the commit point', async () => {
    const chain = new Chain();
    const worker = chain.worker(failOnce('objects.put', 'before', new UnavailableError('throttled'), 2));
    await worker(chain.words('a'));
    const batch = chain.words('a', 'b');
    await expect(worker(batch)).rejects.toThrow(UnavailableError);
    await worker(batch);
    await expectOnce(chain, ['a', 'a', 'b']);
  });

  it('a cached state is used without reading objects while the ledger names its attempt', async () => {
    const chain = new Chain();
    const reads: string[] = [];
    const worker = chain.worker((call) => {
      if (call === 'objects.get') reads.push(call);
      return undefined;
    });
    await worker(chain.words('a'));
    await worker(chain.words('b'));
    expect(reads).toEqual([]);
  });
});

describe('transaction objects', () => {
  it('an object that was put after another attempt won is never read, and is collected', async () => {
    const chain = new Chain();
    await chain.worker()(chain.words('a'));
    const late = objectName(upstream, 1, 'late');
    await chain.ports.objects.put(late, Buffer.from('whatever a dying worker wrote'));
    await chain.worker()(chain.words('b'));
    await collectGarbage(upstream, chain.ports);
    expect(await chain.ports.objects.get(late)).toBeUndefined();
    await expectOnce(chain, ['a', 'b']);
  });

  it('an object numbered above the decided transaction is not collected', async () => {
    const chain = new Chain();
    await chain.worker()(chain.words('a'));
    const next = objectName(upstream, 2, 'next');
    await chain.ports.objects.put(next, Buffer.from('x'));
    await collectGarbage(upstream, chain.ports);
    expect(await chain.ports.objects.get(next)).toBeDefined();
  });

  it('objects named by a block or by pending are not collected', async () => {
    const chain = await leftInDoubt('a');
    expect(await collectGarbage(upstream, chain.ports)).toBe(0);
    await chain.worker()([]);
    await expectOnce(chain, ['a']);
  });

  it('a worker whose object was collected reads the ledger again', async () => {
    const chain = new Chain();
    await chain.worker()(chain.words('a'));
    const later = chain.words('a');
    const slow = chain.worker(
      interlude('ledger.read', 'after', async () => {
        await chain.worker()(later);
        await collectGarbage(upstream, chain.ports);
      }),
    );
    await expect(slow(later)).rejects.toThrow(/another writer moved on/);
    await slow(later);
    await expectOnce(chain, ['a', 'a']);
  });

  it.each([
    ['state', async (chain: Chain) => chain.worker()(chain.words('a'))],
    [
      'pending effects',
      async (chain: Chain) => {
        const dying = chain.worker(failOnce('eventLog.append', 'before', new Crash()));
        await expect(dying(chain.words('a'))).rejects.toThrow(Crash);
      },
    ],
  ])('a missing object with %s stops the partition, which continues once the object is back', async (_what, begin) => {
    const chain = new Chain();
    await begin(chain);
    const { objects } = chain.ports.objects;
    const lost = [...objects];
    objects.clear();
    const batch = chain.words('b');
    const stopped = await chain
      .worker()(batch)
      .catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(PartitionStoppedError);
    expect(String(stopped)).toContain(
      'is not in the object store; bring the object back, or restore an earlier state (',
    );
    for (const [name, bytes] of lost) objects.set(name, bytes);
    await chain.worker()(batch);
    await expectOnce(chain, ['a', 'b']);
  });

  it('small blocks without effects are stored in the ledger item and need no object', async () => {
    const chain = new Chain();
    const worker = chain.worker();
    await worker(chain.words('quiet'));
    expect(chain.ports.objects.objects.size).toBe(0);
    await worker(chain.words('a'));
    expect(chain.ports.objects.objects.size).toBe(1);
    expect(Object.values((await chain.ports.ledger.read(upstream)).blocks).every((ref) => 'object' in ref)).toBe(true);
    await expectOnce(chain, ['quiet', 'a']);
  });

  it('an object contains the inline blocks once their sum is over 8 KB', async () => {
    const objectsAfter = async (bytes: number): Promise<number> => {
      const chain = new Chain();
      const [quiet] = chain.words('quiet');
      const dedup = new Dedup();
      dedup.admit(quiet!, { stage: 'detect', epoch: 0 });
      const large = Buffer.alloc(bytes - dedup.encode().length);
      await chain.worker(undefined, { ...tallyStep, takeChanges: () => new Map([['large', large]]) })([quiet!]);
      return chain.ports.objects.objects.size;
    };
    expect(await objectsAfter(8 * 1024)).toBe(0);
    expect(await objectsAfter(8 * 1024 + 1)).toBe(1);
  });
});

function bound(ledger: Chain['ports']['ledger']) {
  return {
    read: ledger.read.bind(ledger),
    clearPending: ledger.clearPending.bind(ledger),
    raiseEpoch: ledger.raiseEpoch.bind(ledger),
    keys: ledger.keys.bind(ledger),
  };
}
