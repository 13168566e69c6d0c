import { alertStep } from '../../../../functions/alert/alert.ts';
import type { ClusterState, OpenAlert } from '../../../../functions/alert/cluster-state.ts';
import type { Alert, Decision } from '../../../../functions/shared/domain/alert.ts';
import type { Anomaly } from '../../../../functions/shared/domain/anomaly.ts';
import { alertId } from '../../../../functions/shared/domain/ids.ts';
import { liveScope } from '../../../../functions/shared/domain/sample.ts';
import type { Command } from '../../../../functions/shared/domain/signal.ts';
import type { SilenceRecord } from '../../../../functions/shared/domain/silence.ts';
import type { LogRecord } from '../../../../functions/shared/log/record.ts';
import {
  type AlertState,
  alertsOf,
  anomaly,
  anomalyRecord,
  closed,
  commandRecord,
  contextOf,
  end,
  midnightMs,
  seriesAt,
  silencesOf,
  tick,
} from '../signals.ts';

/** The settings of the tables: each waiting period is longer than the one before it. */
export const context = contextOf({
  groupWait: 30_000,
  resolveAfter: 60_000,
  groupInterval: 300_000,
  repeatInterval: 14_400_000,
  onsetWindow: 3_600_000,
});

const tickMs = 10_000;
const repeatMs = 600_000;

/**
 * One incident on host `a` of one cluster, whose records are applied to the real step one after another. Its first
 * anomaly began at midnight; the incident's time begins a minute later.
 */
export class Incident {
  readonly state: AlertState = alertStep.open(new Map(), context);
  /** Every record of every alert so far. */
  readonly alerts: Alert[] = [];
  readonly silences: SilenceRecord[] = [];
  readonly first: Anomaly;
  readonly alertId: string;
  nowMs = midnightMs + 60_000;
  readonly #scope: string;
  readonly #cluster: string;
  #revision = 0;
  #commands = 0;
  #joined = 0;

  /** @param scope `live`, or a replay, whose cluster has the same name */
  constructor(scope: string) {
    this.#scope = scope;
    this.#cluster = scope === liveScope ? 'prod' : scope;
    this.first = anomaly({ scope, series: seriesAt('host', 'a', 'x', this.#cluster) });
    this.alertId = alertId(this.#cluster, this.first.id);
    this.apply(tick(this.nowMs, { scope }));
  }

  get cluster(): ClusterState {
    return this.state.cluster(this.#scope, this.#cluster);
  }

  get alert(): OpenAlert | undefined {
    return this.cluster.alerts.get(this.alertId);
  }

  /** The alert's trace as it was last seen: in the state, or in its last record. */
  get trace(): readonly Decision[] {
    return this.alert?.trace ?? this.alerts.findLast(({ id }) => id === this.alertId)?.trace ?? [];
  }

  apply(record: LogRecord): void {
    const effects = alertStep.apply(this.state, record, context);
    this.alerts.push(...alertsOf(effects));
    this.silences.push(...silencesOf(effects));
  }

  /** Reports the first anomaly with the next revision. @param underMs its tick; none as for one that was redriven */
  report(underMs?: number, revision: number = this.#revision + 1): void {
    this.#revision = revision;
    this.apply(anomalyRecord({ ...this.first, revision, updatedAtMs: this.nowMs }, 0, underMs));
  }

  /** Reports the newest revision of the first anomaly once more. */
  reportAgain(): void {
    this.report(undefined, Math.max(1, this.#revision));
  }

  /** Applies another anomaly. @param name its host */
  join(severity: Anomaly['severity'], name = 'a'): void {
    this.#joined += 1;
    const series = seriesAt('host', name, `y${this.#joined}`, this.#cluster);
    const startsAtMs = midnightMs + 1000;
    this.apply(anomalyRecord(anomaly({ scope: this.#scope, series, startsAtMs, updatedAtMs: this.nowMs, severity })));
  }

  /** Closes every open anomaly of the alert; the first anomaly if none is open. @param lastedMs from onset to end */
  close(lastedMs = this.nowMs - midnightMs): void {
    const open = (this.alert?.members ?? []).filter(({ over }) => over === undefined).map(({ id }) => id);
    for (const id of open.length > 0 ? open : [this.first.id]) {
      const member = this.alert?.members.find((each) => each.id === id);
      const before = { ...this.first, ...(member ?? { revision: this.#revision }), id };
      this.apply(anomalyRecord(closed(before, before.startsAtMs + lastedMs, this.nowMs)));
    }
    this.#revision += 1;
  }

  /**
   * Applies ticks of 10 s (of a minute where the time is long). @param isRepeated repeats open anomalies every 10 min
   */
  wait(durationMs: number, isRepeated = false): void {
    const stepMs = durationMs > repeatMs ? 60_000 : tickMs;
    const untilMs = this.nowMs + durationMs;
    for (let ms = this.nowMs + stepMs; ms <= untilMs; ms += stepMs) {
      this.nowMs = ms;
      if (isRepeated && (untilMs - ms) % repeatMs === 0) this.#repeat();
      this.apply(tick(ms, { scope: this.#scope }));
    }
  }

  /** Applies one tick that is `ms` later. */
  jump(ms: number): void {
    this.nowMs += ms;
    this.apply(tick(this.nowMs, { scope: this.#scope }));
  }

  #repeat(): void {
    for (const { over, ...member } of [...(this.alert?.members ?? [])]) {
      if (over !== undefined) continue;
      const next = { ...this.first, ...member, revision: member.revision + 1, updatedAtMs: this.nowMs };
      if (member.id === this.first.id) this.#revision = next.revision;
      this.apply(anomalyRecord(next));
    }
  }

  ack(): void {
    this.#command({ action: 'ack', alertId: this.alertId });
  }

  resolve(): void {
    this.#command({ action: 'resolve', alertId: this.alertId });
  }

  feedback(): void {
    this.#command({ action: 'feedback', subjectId: this.alertId, verdict: 'useful' });
  }

  comment(): void {
    this.#command({ action: 'comment', alertId: this.alertId, text: 'a backup' });
  }

  silence(): void {
    const matchers = { entity: `${this.#cluster}/host/a` };
    this.#command({ action: 'silence', matchers, endsAtMs: midnightMs + 72_000_000 }, 'silence-1');
  }

  unsilence(): void {
    this.#command({ action: 'unsilence', silenceId: 'silence-1' });
    this.wait(tickMs);
  }

  endReplay(): void {
    this.apply(end(this.nowMs, this.#scope));
  }

  /** Sends a command of an operator. @param id its own, unless a second one replaces the first */
  #command(what: object, id = `command-${this.#commands}`): void {
    this.#commands += 1;
    this.apply(commandRecord({ id, by: 'ada', atMs: this.nowMs, cluster: this.#cluster, ...what } as Command));
  }
}
