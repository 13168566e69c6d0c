import { createHash, randomUUID } from 'node:crypto';
import { UnavailableError } from '../domain/errors.ts';
import type { PartitionBatch } from '../log/kafka-event.ts';
import type { LogRecord } from '../log/record.ts';
import type { Ports } from '../ports/index.ts';
import type { LedgerItem, LedgerKey } from '../ports/ledger.ts';
import { newestAppendTime } from '../time/append-time.ts';
import { countDeadLetters } from './count-dead-letters.ts';
import { dedupBlock } from './dedup.ts';
import { type Folded, fold, openSession, type Session, stageEffects } from './fold.ts';
import { uncounted } from './offsets.ts';
import { recover, sendEffects } from './send-effects.ts';
import { keptBytesDefault, SessionCache } from './session-cache.ts';
import { loadBlocks, planBlocks } from './state-blocks.ts';
import type { Step, StepContext } from './step.ts';
import { encodeTransaction, objectName } from './transaction-object.ts';

export type RunnerPorts = Pick<
  Ports,
  'settings' | 'layout' | 'ledger' | 'objects' | 'eventLog' | 'telemetry' | 'clock'
>;

/**
 * Returns a function that runs batches of one partition through a step, exactly once, with a two-phase commit: it
 * recovers the last transaction, writes one immutable object, decides by one conditional write, and then sends the
 * effects. `docs/transaction.md` specifies each case; comments in this folder cite its invariants by name.
 * @param attemptId returns a name that no other attempt has
 * @param keptBytesMax limit of the stored bytes of all partitions whose state is kept in memory between batches
 * @returns a function that runs one batch. It resolves once the whole batch is counted and its effects are sent; it
 *   rejects when the batch must be passed in again
 */
export function createRunner<State>(
  step: Step<State>,
  ports: RunnerPorts,
  attemptId: () => string = randomUUID,
  keptBytesMax: number = keptBytesDefault,
): (batch: PartitionBatch, signal: AbortSignal) => Promise<void> {
  const runner = new Runner(step, ports, attemptId, keptBytesMax);
  return (batch, signal) => runner.run(batch, signal);
}

/** The facts of one batch that stay the same for all of its transactions. */
interface BatchRun {
  readonly key: LedgerKey;
  /** Offsets of the records that the step threw on, each with its error; each becomes a dead letter. */
  readonly condemned: Map<number, unknown>;
  /** A signal that is aborted when the time of the invocation is over. */
  readonly signal: AbortSignal;
}

class Runner<State> {
  readonly #step: Step<State>;
  readonly #ports: RunnerPorts;
  readonly #attemptId: () => string;
  readonly #settingsHash: string;
  readonly #cache: SessionCache<State>;

  constructor(step: Step<State>, ports: RunnerPorts, attemptId: () => string, keptBytesMax: number) {
    this.#cache = new SessionCache(keptBytesMax);
    this.#step = step;
    this.#ports = ports;
    this.#attemptId = attemptId;
    this.#settingsHash = createHash('sha256').update(JSON.stringify(ports.settings)).digest('hex').slice(0, 16);
  }

  async run(batch: PartitionBatch, signal: AbortSignal): Promise<void> {
    const { topic, partition } = batch;
    const key: LedgerKey = { stage: this.#step.stage, topic, partition };
    // Invariant PENDING-BEFORE-NEXT: nothing of this batch is read before the last transaction's effects are sent.
    let item = await recover(key, await this.#ports.ledger.read(key), this.#ports);
    let records = await uncounted(key, item, batch.records, this.#ports);
    const run: BatchRun = { key, condemned: new Map(), signal };
    while (records.length > 0) {
      const done = await this.#commitPrefix(run, item, records);
      item = done.item;
      records = records.slice(done.count);
    }
  }

  /**
   * Commits the longest prefix of the records on which the step does not throw. The record that it throws on is
   * condemned: the next call makes it a dead letter.
   */
  async #commitPrefix(
    run: BatchRun,
    item: LedgerItem,
    records: readonly LogRecord[],
  ): Promise<{ item: LedgerItem; count: number }> {
    const { key, condemned, signal } = run;
    const session = await this.#open(key, item);
    const before = new Map(this.#step.counts(session.state));
    const { epoch } = item;
    const folded = fold(this.#step, session, records, { context: this.#context(key), epoch, condemned });
    if (folded.failure !== undefined) {
      const { index, error } = folded.failure;
      condemned.set(records[index]!.offset, error);
      this.#ports.telemetry.count('records_failed', 1, { stage: key.stage });
      if (index === 0) return { item, count: 0 };
      return this.#commitPrefix(run, item, records.slice(0, index));
    }
    if (folded.duplicates > 0) {
      this.#ports.telemetry.count('records_duplicate', folded.duplicates, { stage: key.stage });
    }
    if (signal.aborted) throw new UnavailableError(`${key.stage}: out of time before the commit point`);
    const decided = await this.#commit(key, item, records, { session, effects: folded.effects });
    this.#countIgnored(key.stage, before, this.#step.counts(session.state));
    return { item: decided, count: records.length };
  }

  /** Performs steps 1 to 3 of the two-phase commit for the result of a fold. */
  async #commit(
    key: LedgerKey,
    item: LedgerItem,
    records: readonly LogRecord[],
    { session, effects: folded }: { readonly session: Session<State>; readonly effects: Folded['effects'] },
  ): Promise<LedgerItem> {
    const { ledger, objects } = this.#ports;
    const number = item.txn + 1;
    // Invariant NEW-NAME-EVERY-ATTEMPT: a PUT that arrives late overwrites nothing.
    const attempt = objectName(key, number, this.#attemptId());
    const effects = stageEffects(folded, { stage: key.stage, epoch: item.epoch, number }, this.#context(key));
    const changes = new Map(this.#step.takeChanges(session.state)).set(dedupBlock, session.dedup.encode());
    const { refs, inObject } = planBlocks(item.blocks, changes, attempt, effects.length > 0);

    if (effects.length > 0 || inObject.size > 0) {
      const settingsHash = this.#settingsHash;
      await objects.put(attempt, encodeTransaction({ key, number, settingsHash, blocks: inObject, effects }));
    }
    // Invariant ONE-COMMIT-POINT: this write alone decides the state, the effects and the next offset.
    // Invariant FENCED-SENDS-NOTHING: it throws where another writer was first, so that the lines below do not run.
    const decided = await ledger.advance(key, item, {
      nextOffset: records.at(-1)!.offset + 1,
      newestRecordMs: records.reduce(
        (newest, { timestampMs }) => newestAppendTime(newest, timestampMs),
        item.newestRecordMs,
      ),
      decidedAtMs: this.#ports.clock.nowMs(),
      blocks: refs,
      pending: effects.length > 0 ? attempt : null,
      attempt,
    });
    session.blocks.note(changes);
    this.#cache.keep(cacheName(key), attempt, session);
    countDeadLetters(key.stage, effects, this.#ports.telemetry);
    if (effects.length === 0) return decided;
    // Invariant NO-EFFECT-BEFORE-DECISION.
    await sendEffects(key, attempt, effects, this.#ports);
    return { ...decided, pending: null };
  }

  #countIgnored(stage: string, before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
    for (const [reason, count] of after) {
      const by = count - (before.get(reason) ?? 0);
      if (by > 0) this.#ports.telemetry.count('ignored', by, { stage, reason });
    }
  }

  /**
   * Returns the state that the item names: from the cache if that was left by the same attempt, else from the stores.
   */
  async #open(key: LedgerKey, item: LedgerItem): Promise<Session<State>> {
    return (
      this.#cache.take(cacheName(key), item.attempt) ??
      openSession(this.#step, await loadBlocks(key, item, this.#ports), this.#context(key))
    );
  }

  #context({ topic, partition }: LedgerKey): StepContext {
    const { settings, layout } = this.#ports;
    return { settings, layout, topic, partition };
  }
}

function cacheName({ topic, partition }: LedgerKey): string {
  return `${topic}/${partition}`;
}
