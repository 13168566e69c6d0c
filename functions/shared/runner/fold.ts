import { PartitionStoppedError, RefusedRecordError } from '../domain/errors.ts';
import { deadLetter, rejectionOf } from '../log/dead-letter.ts';
import type { Effect, LogRecord, OutgoingRecord } from '../log/record.ts';
import type { LedgerItem } from '../ports/ledger.ts';
import { BlockSizes } from './block-sizes.ts';
import { Dedup, dedupBlock } from './dedup.ts';
import { outgoing } from './outgoing.ts';
import type { Blocks, Step, StepContext } from './step.ts';

/** A partition's state in hand: the step's own and the runner's memory of what was counted. */
export interface Session<State> {
  readonly state: State;
  readonly dedup: Dedup;
  readonly blocks: BlockSizes;
}

export function openSession<State>(step: Step<State>, blocks: Blocks, context: StepContext): Session<State> {
  const own = new Map(blocks);
  own.delete(dedupBlock);
  return { state: step.open(own, context), dedup: new Dedup(blocks.get(dedupBlock)), blocks: new BlockSizes(blocks) };
}

/** What folding some records came to. */
export interface Folded {
  /** In order, with the record each was made from; partition and position are not fixed yet. */
  readonly effects: readonly { readonly effect: Effect; readonly source: LogRecord }[];
  readonly duplicates: number;
  /** The record the step threw on, and what it threw: the session is spoilt from here on. */
  readonly failure?: { readonly index: number; readonly error: unknown };
}

/** What a fold goes by besides the session. */
export interface FoldOptions {
  readonly context: StepContext;
  /** Of the ledger's item. */
  readonly epoch: number;
  /** Offset to the error of records known to fail: each becomes a dead letter instead. */
  readonly condemned: ReadonlyMap<number, unknown>;
}

/**
 * Applies records to the session, in order, up to the first one that the step throws on.
 * @throws {PartitionStoppedError} if a person is needed; nothing of the fold counts
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

/** Fixes where each effect goes and which number it has, so that recovery sends the very same records. */
export function stageEffects(
  folded: Folded['effects'],
  item: Pick<LedgerItem, 'epoch'>,
  number: number,
  context: StepContext,
  stage: string,
): OutgoingRecord[] {
  const producer = `${stage}/${context.topic}/${context.partition}`;
  return folded.map(({ effect, source }, ordinal) =>
    outgoing(effect, source, { producer, epoch: item.epoch, number, ordinal }, context.layout),
  );
}

function letterOf(source: LogRecord, stage: string, error: unknown): Effect {
  const { reason, detail } = rejectionOf(error);
  return deadLetter(source, stage, reason, detail);
}
