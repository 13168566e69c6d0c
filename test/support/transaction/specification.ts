/**
 * The words of the runner's specification: the states of a partition, the events, the results and the invariants.
 * `docs/transaction.md` shows them; `cells.ts` defines the result of each event in each state, and
 * `test/functions/shared/runner/transaction.test.ts` runs every cell through the real runner.
 */

/** The states that a stage's partition can be in when a batch arrives. */
export const states = {
  fresh: 'The ledger has no item of the partition.',
  settled: 'The effects of the last transaction are sent.',
  pending: 'A transaction is decided, and not all of its effects are sent: the worker died before, or a send failed.',
  sent: 'A transaction is decided and all its effects are sent, but `pending` is not cleared: the worker died between.',
  reopened:
    '`new-epoch` was run since the last transaction: the epoch is raised, and the next batch may begin at any offset.',
  recreated:
    'The topic was deleted and created again: its offsets start over, below the next offset, with newer records.',
  skipped: 'The batch begins after the next offset, and the broker still has the records between.',
  expired: 'The batch begins after the next offset, and the broker deleted the records between when they expired.',
  'state lost':
    'The object of a block of the state is not in the object store, and the worker does not have the current state in memory.',
  'effects lost': 'The object that `pending` names is not in the object store.',
} as const;
export type State = keyof typeof states;

/** The events that can happen to a partition. */
export const events = {
  batch: 'A batch of new records arrives.',
  'batch twice': 'The same batch arrives at two workers, one after the other.',
  poison: 'A batch arrives, and the step throws on one of its records.',
  'time over': "A batch arrives, and the invocation's time is over before the commit point.",
  'ledger away': 'A batch arrives, and the ledger does not answer.',
  'objects away': 'A batch arrives, and the object store does not answer.',
  'log away': 'A batch arrives, and Kafka does not answer.',
  'dies before PUT': 'The worker dies before it puts an object.',
  'dies after PUT': 'The worker dies between its first PUT and the commit point.',
  'answer lost': 'The conditional write of the commit point succeeds, and its answer is lost.',
  'dies before sending': 'The worker dies before it sends effects for the first time.',
  'dies after sending': 'The worker dies after it sent effects for the first time, before it clears `pending`.',
  'dies after clearing':
    'The worker dies after it cleared `pending` for the first time (in `pending` and `sent`, before it begins the batch).',
  overtaken: 'Just before the commit point of one worker, another worker runs the same batch.',
  'epoch raised': 'Just before the commit point, an operator runs `new-epoch`.',
  sweep: 'The sweep runs; no batch arrives.',
  'new-epoch': 'An operator runs `new-epoch`; no batch arrives.',
} as const;
export type EventName = keyof typeof events;

/** The results that the caller of the runner, of the sweep or of `new-epoch` sees. */
export const results = {
  done: 'The call succeeds. After a batch, its offset may be committed.',
  retry: 'The call fails with `UnavailableError`. The batch is retried.',
  fenced: 'The call fails with `FencedError`. The batch is retried.',
  stopped: 'The call fails with `PartitionStoppedError`. The batch is retried and fails until a person acts.',
  dies: 'The process ends. The batch is retried by another worker.',
} as const;
export type Result = keyof typeof results;

/** The effects that an event sends: of the transaction decided before (`old`), and of the batch (`new`). */
export type Sent = 'nothing' | 'old' | 'new' | 'old + new';

export interface Cell {
  readonly result: Result;
  /** The state after the event. */
  readonly after: State;
  readonly sent: Sent;
}

/** The invariants, by the names with which comments in `functions/` cite them. */
export const invariants = {
  'ONE-COMMIT-POINT':
    "The conditional write `advance` of the ledger alone decides a batch: its state, its effects and the next offset. Before it, the partition is as if the batch had not arrived; after it, the batch's effects are certain to be sent.",
  'NO-EFFECT-BEFORE-DECISION': 'No effect is appended before its transaction is decided.',
  'PENDING-BEFORE-NEXT':
    'No transaction is decided before all effects of the one before are sent, so that effects of a partition are in the order of its records.',
  'FENCED-SENDS-NOTHING': 'A worker that loses the race at the commit point sends no effect of its batch.',
  'SAME-EFFECTS-EVERY-TRY':
    'Each time that effects are sent, they are the same bytes, in the same partitions, at the same positions.',
  'COUNTED-ONCE':
    'Each record changes the state once and makes its effects once, in however many batches and from however many workers it comes: by its offset, by its position and by its id.',
  'NO-SILENT-GAP':
    'No record is skipped without notice: the partition stops, or the records had expired at the broker and are counted as lost.',
  'NEW-NAME-EVERY-ATTEMPT': 'Each attempt writes an object of a new name, so that a late PUT overwrites nothing.',
  'GARBAGE-ONLY-BELOW':
    'Only objects numbered at or below the decided transaction, named neither by a block nor by `pending`, are deleted.',
  'CLEARS-ITS-OWN': '`pending` is cleared only while it names the transaction whose effects were sent.',
  'CURRENT-SESSION-ONLY':
    'State in memory is used only if the ledger names the attempt that left it, and no step threw on it.',
} as const;
