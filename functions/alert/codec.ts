import type { Alert } from '../shared/domain/alert.ts';
import type { DeclaredEdge } from '../shared/domain/edge.ts';
import { PartitionStoppedError, restoreRemedy } from '../shared/domain/errors.ts';
import { detectPartitionLeftBehind } from '../shared/log/left-behind.ts';
import type { ScopeClock } from '../shared/time/aligned-clocks.ts';
import { restoreClock, type StoredClock, storeClock } from '../shared/time/stored-clocks.ts';
import type { ClusterState, Dismissed, OpenAlert, Silence, Snapshot } from './cluster-state.ts';
import type { HeldTick } from './held.ts';
import { KnownEntities, type KnownEntity } from './known-entities.ts';

/** The reasons why a record changed nothing but the count of its reason. */
export const countedReasons = [
  'alert acknowledged before',
  'anomaly closed before',
  'anomaly of an alert resolved by an operator',
  'anomaly revision known',
  'anomaly after its tick',
  'anomaly before its tick: too many wait',
  'command for an unknown alert',
  'command for an unknown silence',
  'silence that was over when it came',
  'tick not newer',
  'entity after its tick',
  detectPartitionLeftBehind,
] as const;
export type Counted = (typeof countedReasons)[number];

/** The part of the state that belongs to no cluster: time and counts. */
export interface Common {
  readonly clocks: readonly (readonly [string, ScopeClock])[];
  readonly counts: readonly (readonly [Counted, number])[];
}

const version = 6;

interface StoredCommon {
  readonly version: number;
  readonly clocks: readonly [string, StoredClock][];
  readonly counts: readonly [Counted, number][];
}

/** An alert as it is stored, where `announced` has the name `told`. */
type StoredAlert = Omit<OpenAlert, 'announced'> & { readonly told?: Snapshot };

interface StoredCluster {
  readonly version: number;
  readonly scope: string;
  readonly name: string;
  readonly alerts: readonly StoredAlert[];
  readonly silences: readonly Silence[];
  readonly dismissed: readonly [string, Dismissed][];
  readonly closed: readonly [string, number][];
}

interface StoredResolved {
  readonly version: number;
  readonly scope: string;
  readonly name: string;
  readonly alerts: readonly Alert[];
}

interface StoredEntities {
  readonly version: number;
  readonly scope: string;
  readonly name: string;
  readonly declared: readonly DeclaredEdge[];
  readonly entities: readonly KnownEntity[];
}

/** Returns the JSON of a block. Keys and entries have one order, so that equal states have equal bytes. */
export function encodeCommon({ clocks, counts }: Common): string {
  const stored: StoredCommon = {
    version,
    clocks: clocks.map(([scope, clock]) => [scope, storeClock(clock)]),
    counts: countedReasons.flatMap((reason) => counts.filter(([counted]) => counted === reason).map(copyPair)),
  };
  return JSON.stringify(stored);
}

/** @throws {PartitionStoppedError} if the text is damaged or of another version */
export function decodeCommon(text: string | undefined, block: string): Common {
  if (text === undefined) return { clocks: [], counts: [] };
  const { clocks, counts } = parse<StoredCommon>(text, block);
  return {
    clocks: clocks.map(([scope, clock]): [string, ScopeClock] => [scope, restoreClock(clock)]),
    counts,
  };
}

/** Returns the JSON of a cluster's block; see {@link encodeCommon}. */
export function encodeCluster({ scope, name, alerts, silences, dismissed, closed }: ClusterState): string {
  const stored: StoredCluster = {
    version,
    scope,
    name,
    alerts: [...alerts.values()].map(storedAlert),
    silences: [...silences.values()].map(storedSilence),
    dismissed: [...dismissed],
    closed: [...closed],
  };
  return JSON.stringify(stored);
}

/** @throws {PartitionStoppedError} if the text is damaged or of another version */
export function decodeCluster(text: string, block: string): ClusterState {
  const { scope, name, alerts, silences, dismissed, closed } = parse<StoredCluster>(text, block);
  return {
    scope,
    name,
    alerts: new Map(alerts.map((alert) => [alert.id, restoreAlert(alert)])),
    silences: new Map(silences.map((silence) => [silence.id, silence])),
    dismissed: new Map(dismissed),
    closed: new Map(closed),
    resolved: new Map(),
    entities: new KnownEntities(),
  };
}

/** Returns the JSON of the block of a cluster's resolved alerts; see {@link encodeCommon}. */
export function encodeResolved({ scope, name, resolved }: ClusterState): string {
  const stored: StoredResolved = { version, scope, name, alerts: [...resolved.values()] };
  return JSON.stringify(stored);
}

/** @throws {PartitionStoppedError} if the text is damaged or of another version */
export function decodeResolved(text: string, block: string): Omit<StoredResolved, 'version'> {
  const { scope, name, alerts } = parse<StoredResolved>(text, block);
  return { scope, name, alerts };
}

/** Returns the JSON of the block of a cluster's entities; see {@link encodeCommon}. */
export function encodeEntities({ scope, name, entities: { all, declared } }: ClusterState): string {
  const entities = all.map(
    ({ kind, name: of, addresses, edges, seenMs }): KnownEntity => ({ kind, name: of, addresses, edges, seenMs }),
  );
  const stored: StoredEntities = { version, scope, name, declared, entities };
  return JSON.stringify(stored);
}

/** @throws {PartitionStoppedError} if the text is damaged or of another version */
export function decodeEntities(text: string, block: string): Omit<StoredEntities, 'version'> {
  const { scope, name, declared, entities } = parse<StoredEntities>(text, block);
  return { scope, name, declared, entities };
}

/** Returns the JSON of the block of a held tick; see {@link encodeCommon}. */
export function encodeHeld({ scope, tickMs, anomalies, entities }: HeldTick): string {
  return JSON.stringify({ version, scope, tickMs, anomalies, entities });
}

/** @throws {PartitionStoppedError} if the text is damaged or of another version */
export function decodeHeld(text: string, block: string): HeldTick {
  const { scope, tickMs, anomalies, entities } = parse<HeldTick & { readonly version: number }>(text, block);
  return { scope, tickMs, anomalies, entities };
}

/** Returns an alert in its stored form, with its keys in one order: optional ones were added in any order. */
function storedAlert({ startsAtMs, firstPageRevision, recorded, announced, ...always }: OpenAlert): StoredAlert {
  const { acknowledged, raised, feedback, comments } = always;
  const { id, revision, status, openedAtMs, members, trace } = always;
  return {
    ...{ id, revision, status, openedAtMs, members, trace },
    ...(startsAtMs === undefined ? {} : { startsAtMs }),
    ...(firstPageRevision === undefined ? {} : { firstPageRevision }),
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(raised === undefined ? {} : { raised }),
    ...(feedback === undefined ? {} : { feedback }),
    ...(comments === undefined ? {} : { comments }),
    ...(recorded === undefined ? {} : { recorded }),
    ...(announced === undefined ? {} : { told: announced }),
  };
}

/** Returns an alert as it was before {@link storedAlert}. */
function restoreAlert({ told, ...rest }: StoredAlert): OpenAlert {
  return told === undefined ? rest : { ...rest, announced: told };
}

/** Returns a silence in its stored form, with its keys in one order. */
function storedSilence({ note, ...always }: Silence): Silence {
  const { id, revision, state, by, matchers, createdAtMs, startsAtMs, endsAtMs, updatedAtMs } = always;
  const stored = { id, revision, state, by, matchers, createdAtMs, startsAtMs, endsAtMs, updatedAtMs };
  return note === undefined ? stored : { ...stored, note };
}

function copyPair<A, B>([a, b]: readonly [A, B]): [A, B] {
  return [a, b];
}

function parse<Stored extends { readonly version: number }>(text: string, block: string): Stored {
  let stored: Stored;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw new PartitionStoppedError(`block ${block} of alert's state is damaged; ${restoreRemedy}`, { cause });
  }
  if (stored?.version !== version) {
    throw new PartitionStoppedError(
      `block ${block} of alert's state has version ${stored?.version}: this Offbeat reads version ${version}`,
    );
  }
  return stored;
}
