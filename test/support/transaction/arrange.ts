import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { newEpoch } from '../../../functions/shared/runner/new-epoch.ts';
import { Chain, upstream } from '../chain.ts';
import { Crash, type Decide, type FaultSide } from '../faults.ts';
import type { State } from './specification.ts';

/** The state that a worker has in memory: none, that of the last transaction, or that of the one before. */
export type Memory = 'empty' | 'current' | 'older';

/** A partition in a state, and what a test needs to act on it. */
export interface Arranged {
  readonly chain: Chain;
  /** The worker that gets the batch. */
  readonly worker: Worker;
  /** The batch that arrives. */
  readonly batch: readonly LogRecord[];
  /** The records that still have to be counted: those of the batch, and those that were skipped before it. */
  readonly rest: readonly LogRecord[];
  /** The words that count in the end, once each. */
  readonly words: readonly string[];
  /** The objects that were lost, with their names. */
  readonly lost: ReadonlyMap<string, Buffer>;
}

/** The word of the transaction before the batch; `old` in the table. */
export const oldWord = 'a';

/**
 * Returns a partition in the given state.
 * @param batchWords the words of the batch
 * @param memory the state that the worker of the batch has in memory; in the state `fresh` it is empty
 */
export async function arrange(state: State, batchWords: readonly string[], memory: Memory): Promise<Arranged> {
  const counted = batchWords.filter((word) => word !== 'poison');
  const chain = new Chain();
  const [worker, other] = [newWorker(chain), newWorker(chain)];
  const earlier = memory === 'older' ? chain.words('earlier') : [];
  if (memory === 'older') await worker(earlier, () => undefined);
  await settle(state, chain, memory === 'current' ? worker : other);
  const lost = state.endsWith(' lost') ? loseObjects(chain) : new Map<string, Buffer>();
  const between = state === 'skipped' || state === 'expired' ? chain.words('between') : [];
  const arrived = chain.words(...batchWords);
  if (state === 'expired') chain.ports.eventLog.expire(topics.samples, 0, between[0]!.offset + 1);
  const batch = state === 'recreated' ? arrived.map((record, offset) => ({ ...record, offset })) : arrived;
  const before = [...(memory === 'older' ? ['earlier'] : []), ...(state === 'fresh' ? [] : [oldWord])];
  const skipped = state === 'skipped' ? ['between'] : [];
  return {
    chain,
    worker,
    batch,
    rest: state === 'skipped' ? [...between, ...batch] : batch,
    words: [...before, ...skipped, ...counted],
    lost,
  };
}

/** A worker whose calls can be made to fail, with others at each batch. */
export type Worker = (records: readonly LogRecord[], fault: Decide, signal?: AbortSignal) => Promise<void>;

/** Returns a worker of the chain with an empty memory. */
export function newWorker(chain: Chain): Worker {
  let armed: Decide = () => undefined;
  const run = chain.worker((...call) => armed(...call));
  return (records, fault, signal) => {
    armed = fault;
    return run(records, signal);
  };
}

async function settle(state: State, chain: Chain, worker: Worker): Promise<void> {
  if (state === 'fresh') return;
  await worker(chain.words(oldWord), oldFaults[state] ?? (() => undefined)).catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error;
  });
  if (state === 'reopened') await newEpoch(upstream, null, chain.ports);
}

/** The states in which the worker of the last transaction died, and where. */
const oldFaults: Readonly<Partial<Record<State, Decide>>> = {
  pending: dyingAt('before'),
  'effects lost': dyingAt('before'),
  sent: dyingAt('after'),
};

function dyingAt(side: FaultSide): Decide {
  return (call, at) => (call === 'eventLog.append' && at === side ? new Crash() : undefined);
}

function loseObjects({ ports }: Chain): ReadonlyMap<string, Buffer> {
  const { objects } = ports.objects;
  const lost = new Map(objects);
  objects.clear();
  return lost;
}
