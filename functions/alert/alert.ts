import type { Tick } from '../shared/domain/signal.ts';
import { decodeSignal } from '../shared/log/decode-signal.ts';
import type { Effect, LogRecord } from '../shared/log/record.ts';
import type { Step, StepContext } from '../shared/runner/step.ts';
import type { InputTick } from '../shared/time/aligned-clocks.ts';
import { takeAnomaly } from './apply-anomaly.ts';
import { takeEnd, takeTick } from './apply-tick.ts';
import { takeCommand } from './command.ts';
import { AlertState } from './state.ts';

/**
 * Anomalies, time and operators' commands in; alerts out, one for each incident. Pure: what it knows comes from the
 * records, and any split of them gives the same state and effects.
 */
export const alertStep: Step<AlertState> = {
  stage: 'alert',
  open: (blocks) => new AlertState(blocks),
  apply,
  counts: (state) => state.counts,
  takeChanges: (state) => state.takeChanges(),
};

/** @throws {RefusedRecordError} if the record is no signal, or asks for too much; nothing was changed then */
function apply(state: AlertState, record: LogRecord, { settings }: StepContext): Effect[] {
  const by = { settings, record };
  const signal = decodeSignal(record);
  switch (signal.kind) {
    case 'anomaly':
      return takeAnomaly(state, signal, by);
    case 'tick':
      return takeTick(state, inputTick(signal.tick, record), by);
    case 'end':
      return takeEnd(state, inputTick(signal.tick, record), by);
    case 'command':
      return takeCommand(state, signal.command, by);
  }
}

/** A tick as the clock takes it: of one detect partition, of how many. */
function inputTick(tick: Tick, { timestampMs: appendedMs }: LogRecord): InputTick {
  const { scope, timeMs, detectPartition: index = 0, detectPartitions: of = 1 } = tick;
  return { scope, timeMs, index, of, appendedMs };
}
