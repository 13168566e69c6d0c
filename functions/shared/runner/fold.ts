import { deadLetter } from '../domain/dead-letter.ts';
import { PartitionStoppedError, RefusedRecordError } from '../domain/errors.ts';
import { positionText } from '../domain/position.ts';
import { type Effect, header, type LogRecord, type OutgoingRecord } from '../domain/record.ts';
import { partitionOf, type Topic } from '../domain/topics.ts';
import type { LedgerItem } from '../ports/ledger.ts';
import { BlockSizes } from './block-sizes.ts';
import { Dedup, dedupBlock } from './dedup.ts';
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

/**
 * Applies records to the session, in order, up to the first one that the step throws on.
 * @param condemned offset to the error of records known to fail: each becomes a dead letter instead
 * @throws {PartitionStoppedError} if a person is needed; nothing of the fold counts
 */
export function fold<State>(
  step: Step<State>,
  session: Session<State>,
  records: readonly LogRecord[],
  context: StepContext,
  condemned: ReadonlyMap<number, unknown>,
): Folded {
  const effects: { effect: Effect; source: LogRecord }[] = [];
  let duplicates = 0;
  for (const [index, source] of records.entries()) {
    if (session.dedup.admit(source) !== 'new') {
      duplicates += 1;
      continue;
    }
    if (condemned.has(source.offset)) {
      const detail = String(condemned.get(source.offset));
      effects.push({ effect: deadLetter(source, step.stage, 'step failed', detail), source });
      continue;
    }
    try {
      for (const effect of step.apply(session.state, source, context)) effects.push({ effect, source });
    } catch (error) {
      if (error instanceof PartitionStoppedError) throw error;
      if (!(error instanceof RefusedRecordError)) return { effects, duplicates, failure: { index, error } };
      effects.push({ effect: deadLetter(source, step.stage, error.reason, error.message), source });
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
  return folded.map(({ effect, source }, ordinal) => ({
    topic: effect.topic,
    partition: effect.partition ?? partitionOf(effect.key, context.layout.partitions[effect.topic as Topic]),
    key: effect.key,
    value: typeof effect.value === 'string' ? Buffer.from(effect.value) : effect.value,
    headers: {
      ...effect.headers,
      [header.position]: positionText({ producer, epoch: item.epoch, number, ordinal }),
      [header.sourceTime]: String(source.timestampMs),
    },
  }));
}
