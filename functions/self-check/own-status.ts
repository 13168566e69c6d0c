import { counted, statusOf } from '../shared/domain/component-status.ts';
import { minuteMs, secondMs } from '../shared/domain/durations.ts';

/** A decided transaction whose effects may not be sent yet. */
export interface PendingTransaction {
  readonly stage: string;
  readonly partition: number;
  /** The time at which it was decided, ms. */
  readonly decidedAtMs: number;
}

/** The deliveries that are not settled. */
export interface UnsettledDeliveries {
  readonly waiting: number;
  /** The time since which the oldest of them waits, ms; absent if none waits. */
  readonly oldestMs?: number;
  /** The messages that became dead letters of notify or publish. */
  readonly givenUp: number;
}

/** The parts of Offbeat that are read one by one. */
export const ownParts = ['ledger', 'canary', 'dead letters', 'deliveries', 'lag'] as const;
export type OwnPart = (typeof ownParts)[number];

/** The state of Offbeat at one moment, as it sees itself. What could not be read is absent. */
export interface OwnState {
  readonly nowMs: number;
  /** The age of the newest record of the slowest partition of each stage, s. */
  readonly stageAges: Readonly<Record<string, number>>;
  /** The records that each stage has not handled yet; empty where only the brokers know. */
  readonly lags: Readonly<Record<string, number>>;
  readonly pending: readonly PendingTransaction[];
  /** The age of the newest canary in the warehouse, s. */
  readonly canaryAge?: number | undefined;
  /** The dead letters of the last hour. */
  readonly deadLetters?: number | undefined;
  readonly deliveries?: UnsettledDeliveries | undefined;
  readonly unread: readonly OwnPart[];
}

/** A document of dataset `offbeat.cluster` or `offbeat.stage` for topic `beats`, in the shape of Metricbeat. */
export type OwnDocument = Readonly<Record<string, unknown>>;

/**
 * The age of the newest record with which a stage is behind, s. A heartbeat advances every partition each 2 s to 10 s, so that a
 * stage which keeps up is younger.
 */
const ageSecondsMax = 90;
/** The same by the canary, which is sent and looked for once a minute, so that it may be older than its stage is behind. */
const canarySecondsMax = 180;
/** The time after which a transaction is in doubt, and after which a delivery that waits is a fault. */
const waitMsMax = minuteMs;

/**
 * Returns the documents of a state: one of the whole, then one for each stage. A whole is never `down`: what does not run reports
 * nothing, and a cluster is not down because its watch is late.
 */
export function ownDocuments(state: OwnState): OwnDocument[] {
  const stages = stagesOf(state);
  const inDoubt = state.pending.filter(({ decidedAtMs }) => state.nowMs - decidedAtMs > waitMsMax);
  const reasons = [
    ...stages.flatMap(({ name, reason }) => (reason === undefined ? [] : [`stage ${name} is ${reason}`])),
    ...doubtReason(inDoubt),
    ...waitReason(state),
    ...letterReason(state),
    ...(state.unread.length === 0 ? [] : [`not read: ${state.unread.join(', ')}`]),
  ];
  return [
    documentOf('cluster', 'offbeat', state.nowMs, {
      ...statusOf('degraded', reasons),
      ...clusterFields(state, inDoubt),
    }),
    ...stages.map(({ name, reason, age, lag }) =>
      documentOf('stage', `offbeat-${name}`, state.nowMs, {
        name,
        ...statusOf('degraded', reason === undefined ? [] : [`it is ${reason}`]),
        ...(age === undefined ? {} : { age: { sec: age } }),
        ...(lag === undefined ? {} : { lag: { records: lag } }),
      }),
    ),
  ];
}

/** A stage as far as it is known. */
interface Stage {
  readonly name: string;
  readonly age: number | undefined;
  readonly lag: number | undefined;
  /** The fault in words; absent if there is none. */
  readonly reason?: string;
}

function stagesOf({ stageAges, lags, canaryAge }: OwnState): Stage[] {
  const ages: Readonly<Record<string, number>> = {
    ...stageAges,
    // It has no ledger; what it writes last is seen in the warehouse.
    ...(canaryAge === undefined ? {} : { persist: canaryAge }),
  };
  const names = [...new Set([...Object.keys(ages), ...Object.keys(lags)])];
  return names.map((name) => {
    const [age, lag] = [ages[name], lags[name]];
    const isBehind = age !== undefined && age > (name === 'persist' ? canarySecondsMax : ageSecondsMax);
    return { name, age, lag, ...(isBehind ? { reason: `${Math.round(age).toLocaleString('en')} s behind` } : {}) };
  });
}

function clusterFields(
  { nowMs, canaryAge, deadLetters, deliveries, unread }: OwnState,
  inDoubt: readonly PendingTransaction[],
): Readonly<Record<string, unknown>> {
  const oldestMs = inDoubt.reduce((least, { decidedAtMs }) => Math.min(least, decidedAtMs), nowMs);
  return {
    ...(unread.includes('ledger')
      ? {}
      : { transactions: { in_doubt: inDoubt.length, oldest: { sec: (nowMs - oldestMs) / secondMs } } }),
    ...(canaryAge === undefined ? {} : { canary: { age: { sec: canaryAge } } }),
    ...(deadLetters === undefined ? {} : { dead_letters: { last_hour: deadLetters } }),
    ...(deliveries === undefined
      ? {}
      : {
          deliveries: {
            waiting: deliveries.waiting,
            given_up: deliveries.givenUp,
            oldest: { sec: Math.max(0, nowMs - (deliveries.oldestMs ?? nowMs)) / secondMs },
          },
        }),
    unread_parts: unread.length,
  };
}

function doubtReason(inDoubt: readonly PendingTransaction[]): string[] {
  const [oldest] = inDoubt.toSorted((a, b) => a.decidedAtMs - b.decidedAtMs);
  if (oldest === undefined) return [];
  const { stage, partition, decidedAtMs } = oldest;
  const where = `${stage}, partition ${partition}`;
  return [`${counted(inDoubt.length, 'transaction')} in doubt since ${clockTime(decidedAtMs)} (${where})`];
}

function waitReason({ nowMs, deliveries }: OwnState): string[] {
  if (deliveries?.oldestMs === undefined || nowMs - deliveries.oldestMs <= waitMsMax) return [];
  const { waiting, oldestMs } = deliveries;
  const verb = waiting === 1 ? 'waits' : 'wait';
  return [`${counted(waiting, 'delivery', 'deliveries')} ${verb} since ${clockTime(oldestMs)}`];
}

const letterReason = ({ deadLetters = 0 }: OwnState): string[] =>
  deadLetters === 0 ? [] : [`${counted(deadLetters, 'dead letter')} in the last hour`];

const documentOf = (metricset: 'cluster' | 'stage', address: string, timeMs: number, fields: object): OwnDocument => ({
  '@timestamp': new Date(timeMs).toISOString(),
  event: { module: 'offbeat', dataset: `offbeat.${metricset}` },
  metricset: { name: metricset, period: minuteMs },
  agent: { type: 'offbeat' },
  service: { type: 'offbeat', address },
  offbeat: { [metricset]: fields },
});

const clockTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
