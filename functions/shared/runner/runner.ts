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
 * Drives a step over batches of one partition with a two-phase commit, and is the only place that knows how to be
 * exactly-once: recover, pre-commit one immutable object, decide by one conditional write, then send the effects.
 * @param attemptId a name no other attempt has
 * @param keptBytesMax stored bytes of the partitions whose state is kept in memory between batches
 * @returns runs one batch. Resolves once all of it is counted and sent; rejects when it must be handed in again
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
    let item = await recover(key, await this.#ports.ledger.read(key), this.#ports);
    let records = await uncounted(key, item, batch.records, this.#ports);
    const condemned = new Map<number, unknown>();
    while (records.length > 0) {
      const done = await this.#commitPrefix(key, item, records, condemned, signal);
      item = done.item;
      records = records.slice(done.count);
    }
  }

  /** Commits as many records as the step takes; one it throws on ends the transaction and is condemned. */
  async #commitPrefix(
    key: LedgerKey,
    item: LedgerItem,
    records: readonly LogRecord[],
    condemned: Map<number, unknown>,
    signal: AbortSignal,
  ): Promise<{ item: LedgerItem; count: number }> {
    const session = await this.#open(key, item);
    const before = new Map(this.#step.counts(session.state));
    const { epoch } = item;
    const folded = fold(this.#step, session, records, { context: this.#context(key), epoch, condemned });
    if (folded.failure !== undefined) {
      const { index, error } = folded.failure;
      condemned.set(records[index]!.offset, error);
      this.#ports.telemetry.count('records_failed', 1, { stage: key.stage });
      if (index === 0) return { item, count: 0 };
      return this.#commitPrefix(key, item, records.slice(0, index), condemned, signal);
    }
    if (folded.duplicates > 0) {
      this.#ports.telemetry.count('records_duplicate', folded.duplicates, { stage: key.stage });
    }
    if (signal.aborted) throw new UnavailableError(`${key.stage}: out of time before the commit point`);
    const decided = await this.#commit(key, item, session, folded.effects, records);
    this.#countIgnored(key.stage, before, this.#step.counts(session.state));
    return { item: decided, count: records.length };
  }

  /** Steps 1 to 3 of the two-phase commit. */
  async #commit(
    key: LedgerKey,
    item: LedgerItem,
    session: Session<State>,
    folded: Folded['effects'],
    records: readonly LogRecord[],
  ): Promise<LedgerItem> {
    const { ledger, objects } = this.#ports;
    const number = item.txn + 1;
    const attempt = objectName(key, number, this.#attemptId());
    const effects = stageEffects(folded, item, number, this.#context(key), key.stage);
    const changes = new Map(this.#step.takeChanges(session.state)).set(dedupBlock, session.dedup.encode());
    const { refs, inObject } = planBlocks(item.blocks, changes, attempt, effects.length > 0);

    if (effects.length > 0 || inObject.size > 0) {
      const settingsHash = this.#settingsHash;
      await objects.put(attempt, encodeTransaction({ key, number, settingsHash, blocks: inObject, effects }));
    }
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
    await sendEffects(key, attempt, effects, this.#ports);
    return { ...decided, pending: null };
  }

  #countIgnored(stage: string, before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
    for (const [reason, count] of after) {
      const by = count - (before.get(reason) ?? 0);
      if (by > 0) this.#ports.telemetry.count('ignored', by, { stage, reason });
    }
  }

  /** The state the item names, from the cache if that is what it was opened from. */
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
