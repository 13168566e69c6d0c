import { PartitionStoppedError, RefusedRecordError } from '../domain/errors.ts';
import { deadLetter, rejectionOf } from '../log/dead-letter.ts';
import type { Effect, LogRecord, OutgoingRecord } from '../log/record.ts';
import { BlockSizes } from './block-sizes.ts';
import { Dedup, dedupBlock } from './dedup.ts';
import { outgoing } from './outgoing.ts';
import type { Blocks, Step, StepContext } from './step.ts';

/** A partition's state in memory: the step's own state, and the runner's memory of the records that were counted. */
export interface Session<State> {
  readonly state: State;
  readonly dedup: Dedup;
  readonly blocks: BlockSizes;
}

/** Returns a session that is read from the stored blocks. */
export function openSession<State>(step: Step<State>, blocks: Blocks, context: StepContext): Session<State> {
  const own = new Map(blocks);
  own.delete(dedupBlock);
  return { state: step.open(own, context), dedup: new Dedup(blocks.get(dedupBlock)), blocks: new BlockSizes(blocks) };
}

/** The result of folding some records. */
export interface Folded {
  /** The effects in order, each with the record that it was made from; partition and position are not fixed yet. */
  readonly effects: readonly { readonly effect: Effect; readonly source: LogRecord }[];
  readonly duplicates: number;
  /**
   * The record that the step threw on, and its error. The step may have changed the state halfway: drop the session.
   */
  readonly failure?: { readonly index: number; readonly error: unknown };
}

/** The inputs of a fold besides the session and the records. */
export interface FoldOptions {
  readonly context: StepContext;
  /** The epoch of the ledger's item. */
  readonly epoch: number;
  /** Offsets of the records that the step threw on before, each with its error; each becomes a dead letter. */
  readonly condemned: ReadonlyMap<number, unknown>;
}

/**
 * Applies records to the session, in order, up to the first one that the step throws on.
 * @throws {PartitionStoppedError} if a person has to act; nothing of the fold counts
 */
export function fold<State>(
  step: Step<State>,
  session: Session<State>,
  records: readonly LogRecord[],
  { context, epoch, condemned }: FoldOptions,
): Folded {
  const effects: { effect: Effect; source: LogRecord }[] = [];
  const reader = { stage: step.stage, epoch };
  let duplicates = 0;
  for (const [index, source] of records.entries()) {
    if (session.dedup.admit(source, reader) !== 'new') {
      duplicates += 1;
      continue;
    }
    if (condemned.has(source.offset)) {
      effects.push({ effect: letterOf(source, step.stage, condemned.get(source.offset)), source });
      continue;
    }
    try {
      for (const effect of step.apply(session.state, source, context)) effects.push({ effect, source });
    } catch (error) {
      if (error instanceof PartitionStoppedError) throw error;
      if (!(error instanceof RefusedRecordError)) return { effects, duplicates, failure: { index, error } };
      effects.push({ effect: letterOf(source, step.stage, error), source });
    }
  }
  return { effects, duplicates };
}

/**
 * Returns the effects of a transaction as records to append, with their partitions and positions fixed.
 * Invariant SAME-EFFECTS-EVERY-TRY: the records are stored in the transaction's object, and recovery sends these.
 * @param number of the transaction
 */
export function stageEffects(
  folded: Folded['effects'],
  { stage, epoch, number }: { readonly stage: string; readonly epoch: number; readonly number: number },
  context: StepContext,
): OutgoingRecord[] {
  const producer = `${stage}/${context.topic}/${context.partition}`;
  return folded.map(({ effect, source }, ordinal) =>
    outgoing(effect, source, { producer, epoch, number, ordinal }, context.layout),
  );
}

function letterOf(source: LogRecord, stage: string, error: unknown): Effect {
  const { reason, detail } = rejectionOf(error);
  return deadLetter(source, stage, reason, detail);
}
