import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import type { LogRecord } from '../../functions/shared/log/record.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import type { Step } from '../../functions/shared/runner/step.ts';

/** The count of each word: the smallest state that shows a lost or a doubled record. */
interface Tally {
  readonly counts: Map<string, number>;
  readonly changed: Set<string>;
}

/**
 * Counts words, with one block for each word, and emits each new count on `signals`. It throws on `poison` after it has
 * changed its state, refuses `unreadable`, and emits nothing for words that begin with `quiet`.
 */
export const tallyStep: Step<Tally> = {
  stage: 'detect',
  open(blocks) {
    const counts = [...blocks].map(([word, bytes]): [string, number] => [word, Number(Buffer.from(bytes).toString())]);
    return { counts: new Map(counts), changed: new Set() };
  },
  apply(state, record: LogRecord) {
    const word = record.value?.toString() ?? '';
    if (word === 'unreadable') throw new RefusedRecordError('not JSON', 'expected a word');
    const count = (state.counts.get(word) ?? 0) + 1;
    state.counts.set(word, count);
    state.changed.add(word);
    if (word === 'poison') throw new Error('cannot count poison');
    if (word.startsWith('quiet')) return [];
    return [{ topic: topics.signals, key: word, value: `${word} ${count}`, headers: {} }];
  },
  counts: () => new Map(),
  takeChanges(state) {
    const changes = [...state.changed].map((word): [string, Uint8Array] => [
      word,
      Buffer.from(String(state.counts.get(word))),
    ]);
    state.changed.clear();
    return new Map(changes);
  },
};
