import { setTimeout as delay } from 'node:timers/promises';
import type { Collected, Collector } from '../../functions/collect/collected.ts';
import { nextDue } from '../../functions/collect/due.ts';
import { durationText } from '../../functions/shared/domain/durations.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { untilAborted } from './tasks.ts';

export interface CollectionsDeps {
  /** Appends documents to topic `beats`. */
  readonly append: (documents: Collected['documents']) => Promise<void>;
  readonly telemetry: Pick<Telemetry, 'count'>;
  /** Gets a line for the target, and one whenever its state changes. */
  readonly report: (line: string) => void;
  /** Returns the ms of a clock that never goes back. @default `performance.now()` */
  readonly now?: () => number;
}

/**
 * Collects a target on its period until the signal aborts, which also ends a collection that is running. A collection that
 * fails is reported, and the next one is made when it is due. Periods that passed during a collection are counted.
 */
export async function collectRegularly(
  collector: Collector,
  deps: CollectionsDeps,
  signal: AbortSignal,
): Promise<void> {
  const { name, periodMs } = collector;
  const { telemetry, report, now = () => performance.now() } = deps;
  report(`collecting ${name} every ${durationText(periodMs)}`);
  let state = '';
  let dueMs = now();
  while (!signal.aborted) {
    const { state: next, line } = await collectOnce(collector, deps, signal);
    if (signal.aborted) return;
    if (next !== state && (state !== '' || next !== 'reachable')) report(line);
    state = next;
    const { dueMs: nextMs, missed } = nextDue(dueMs, now(), periodMs);
    if (missed > 0) {
      telemetry.count('collections_missed', missed);
      report(`warning: ${name}: its collection took longer than its period; ${missed} missed`);
    }
    dueMs = nextMs;
    await untilAborted(signal, () => delay(Math.max(0, nextMs - now()), undefined, { signal }));
  }
}

/** The state of a target after a collection, and the line that says so if it has changed. */
interface Outcome {
  readonly state: 'reachable' | 'unreachable' | 'failed';
  readonly line: string;
}

async function collectOnce(
  { name, collect }: Collector,
  { append }: CollectionsDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const { documents, status, isReachable, onDelivered } = await collect(signal);
    await append(documents);
    onDelivered?.();
    if (isReachable) return { state: 'reachable', line: `${name} answers` };
    return { state: 'unreachable', line: printable(`warning: ${name} is ${status.status}: ${status.reason}`) };
  } catch (error) {
    return { state: 'failed', line: printable(`warning: ${name} was not collected: ${messageOf(error)}`) };
  }
}
