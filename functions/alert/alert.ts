import type { Tick } from '../shared/domain/signal.ts';
import { decodeSignal } from '../shared/log/decode-signal.ts';
import type { Effect, LogRecord } from '../shared/log/record.ts';
import type { Step, StepContext } from '../shared/runner/step.ts';
import type { InputTick } from '../shared/time/aligned-clocks.ts';
import { applyAnomaly } from './apply-anomaly.ts';
import { applyCommand } from './apply-command.ts';
import { applyEntity } from './apply-entity.ts';
import { applyEnd, applyTick } from './apply-tick.ts';
import { AlertState } from './state.ts';

/**
 * The step of the alert stage: reads anomalies, places of entities, ticks and operators' commands, and writes alerts, one for each
 * incident. The step is pure: its state comes from the records alone, and any split of the records into batches gives
 * the same state and effects (ANY-SPLIT).
 * @see docs/alert-life.md for its states, events and invariants
 */
export const alertStep: Step<AlertState> = {
  stage: 'alert',
  open: (blocks) => new AlertState(blocks),
  apply,
  counts: (state) => state.counts,
  takeChanges: (state) => state.takeChanges(),
};

/** @throws {RefusedRecordError} if the record is no signal, or exceeds a limit; the state is unchanged then */
function apply(state: AlertState, record: LogRecord, { settings }: StepContext): Effect[] {
  const by = { settings, record };
  const signal = decodeSignal(record);
  switch (signal.kind) {
    case 'anomaly':
      return applyAnomaly(state, signal, by);
    case 'entity':
      return applyEntity(state, signal, by);
    case 'tick':
      return applyTick(state, inputTick(signal.tick, record), by);
    case 'end':
      return applyEnd(state, inputTick(signal.tick, record), by);
    case 'command':
      return applyCommand(state, signal.command, by);
  }
}

/** Returns a tick in the form that the clock reads: the detect partition that sent it, and how many there are. */
function inputTick(tick: Tick, { timestampMs: appendedMs }: LogRecord): InputTick {
  const { scope, timeMs, detectPartition: index = 0, detectPartitions: of = 1 } = tick;
  return { scope, timeMs, index, of, appendedMs };
}
