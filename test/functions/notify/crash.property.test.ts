import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Alert, alertSchema } from '../../../functions/shared/domain/alert.ts';
import type { DeliveryKey, Held } from '../../../functions/shared/domain/delivery.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { alertOf, envelope } from '../../support/alerts.ts';
import { Crash, type Decide, withFaults } from '../../support/faults.ts';
import { answer, fails, Rig, type Script, takes } from './rig.ts';

const second = 1_000;
const minute = 60 * second;
const receivers = ['pager', 'chat'] as const;
/** The number of workers at the same time, as two functions of Lambda may run. */
const workers = 2;
/** The largest number of turns, far more than any run below needs. A run that never settles ends here. */
const roundsMax = 5_000;

/** One transition, and when each message of it can be received: SNS may send it twice, and SQS keeps no order. */
interface Sent {
  readonly alert: Alert;
  readonly afterMs: readonly number[];
}

/** The faults of one run. Sides of calls are counted over all workers. After the end of the lists there are no faults. */
interface Trouble {
  readonly crashes: readonly number[];
  readonly failures: readonly number[];
  readonly awayMs: number;
  /** A number in [0, 1): the position of each wait within its range. */
  readonly jitter: number;
  readonly answers: readonly ('takes' | 'fails' | 'answer lost')[];
}

const alertArbitrary = fc.record({
  firstPageRevision: fc.integer({ min: 1, max: 2 }),
  firstMs: fc.nat(minute),
  later: fc.array(fc.nat(minute), { maxLength: 3 }),
  severity: fc.constantFrom('critical', 'warning'),
});

const sentArbitrary: fc.Arbitrary<Sent[]> = fc
  .tuple(
    fc.array(alertArbitrary, { minLength: 1, maxLength: 3 }),
    fc.infiniteStream(fc.array(fc.nat(40 * second), { minLength: 1, maxLength: 2 })),
  )
  .map(([alerts, delays]) =>
    alerts.flatMap(({ firstPageRevision, firstMs, later, severity }, nth) => {
      let atMs = firstMs;
      return [0, ...later].map((gapMs, index) => {
        atMs += gapMs;
        const revision = firstPageRevision + index;
        const alert = alertOf({ id: `alert-${nth}`, revision, firstPageRevision, severity });
        const [delaysMs = []] = [...delays.take(1)];
        return { alert, afterMs: delaysMs.map((delayMs) => atMs + delayMs) };
      });
    }),
  );

const troubleArbitrary: fc.Arbitrary<Trouble> = fc.record({
  crashes: fc.uniqueArray(fc.nat(400), { maxLength: 10 }),
  failures: fc.uniqueArray(fc.nat(400), { maxLength: 10 }),
  awayMs: fc.nat(10 * minute),
  jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  answers: fc.array(fc.constantFrom('takes', 'fails', 'answer lost'), { maxLength: 20 }),
});

/** Workers that die and lose answers, and receivers that fail, over the rig. */
class Disturbed {
  readonly rig: Rig;
  /** The messages that a receiver accepted, as `RECEIVER ALERT:REVISION`, whether its answer arrived or not. */
  readonly taken = new Set<string>();
  /** Messages that were sent after their acknowledgement was recorded. */
  readonly sentAfterRecord: string[] = [];
  readonly #recorded = new Set<string>();
  readonly #trouble: Trouble;
  readonly #startMs: number;
  #sides = 0;

  constructor(trouble: Trouble, shows: boolean) {
    this.#trouble = trouble;
    this.rig = new Rig(Object.fromEntries(receivers.map((name) => [name, this.#script(name)])), shows);
    this.rig.clock.random = () => trouble.jitter;
    this.#startMs = this.rig.clock.nowMs();
  }

  send(sent: readonly Sent[]): void {
    for (const { alert, afterMs } of sent) {
      for (const delayMs of afterMs) this.rig.queue.send(envelope(alert), alert.id, this.#startMs + delayMs);
    }
  }

  /** Lets workers take turns, two at a time, until the queue is empty. */
  async settle(): Promise<void> {
    const { rig } = this;
    for (let rounds = 0; rounds < roundsMax; rounds += 1) {
      const { dueAtMs } = rig.queue;
      if (dueAtMs === undefined) return;
      rig.clock.timeMs = Math.max(rig.clock.timeMs, dueAtMs);
      await Promise.all(Array.from({ length: workers }, () => this.#work()));
    }
    throw new Error(`${rig.queue.size} messages are left after ${roundsMax} rounds`);
  }

  /** One worker and one batch. A dead one calls nothing more, and never answers the queue. */
  async #work(): Promise<void> {
    let dead = false;
    const decide: Decide = (call, side, args) => {
      if (!dead && call === 'deliveries.acknowledge' && side === 'after') {
        const [{ receiver, alertId }, { revision }] = args as [DeliveryKey, Held];
        this.#recorded.add(nameOf(receiver, { id: alertId, revision }));
      }
      const fault = dead ? new Crash() : this.#fault(call);
      dead ||= fault instanceof Crash;
      return fault;
    };
    const { send } = withFaults('webhook', { send: this.rig.receive }, decide);
    const flush = (): void => {
      if (dead) throw new Crash();
    };
    await this.rig.poll(decide, { send, telemetry: { ...silentTelemetry, flush } });
  }

  #fault(call: string): Error | undefined {
    this.#sides += 1;
    if (this.#trouble.crashes.includes(this.#sides)) return new Crash();
    return this.#trouble.failures.includes(this.#sides) ? new UnavailableError(`${call}: no answer`) : undefined;
  }

  #script(receiver: string): Script {
    return (nth, request) => {
      const alert = alertSchema.parse(JSON.parse(request.body).data);
      const message = nameOf(receiver, alert);
      if (this.#recorded.has(message)) this.sentAfterRecord.push(message);
      const { awayMs, answers } = this.#trouble;
      const isAway = receiver === 'pager' && this.rig.clock.nowMs() < this.#startMs + awayMs;
      const how = isAway ? 'fails' : (answers[nth - 1] ?? 'takes');
      if (how === 'fails') return fails(nth, request);
      this.taken.add(message);
      return how === 'takes' ? takes(nth, request) : answer(500);
    };
  }
}

const nameOf = (receiver: string, { id, revision }: Pick<Alert, 'id' | 'revision'>): string =>
  `${receiver} ${id}:${revision}`;

/** The first page and the newest state of each alert, for each receiver. */
function wantedOf(sent: readonly Sent[]): string[] {
  const byAlert = Map.groupBy(sent, ({ alert }) => alert.id);
  const wanted = [...byAlert.values()].flatMap((same) => [same[0]!.alert, same.at(-1)!.alert]);
  return receivers.flatMap((receiver) => wanted.map((alert) => nameOf(receiver, alert)));
}

it('notify delivers the first page and the newest state of every alert, and none after its acknowledgement, whichever worker dies', async () => {
  await fc.assert(
    fc.asyncProperty(sentArbitrary, troubleArbitrary, fc.boolean(), async (sent, trouble, shows) => {
      const run = new Disturbed(trouble, shows);
      run.send(sent);
      await run.settle();
      expect(wantedOf(sent).filter((message) => !run.taken.has(message))).toEqual([]);
      expect(run.sentAfterRecord).toEqual([]);
      expect(run.rig.queue.deadLetters).toEqual([]);
      expect(await run.rig.deliveries.unsettled(100)).toEqual([]);
      const bodies = Map.groupBy(run.rig.received, ({ id }) => id);
      for (const same of bodies.values()) expect(new Set(same.map(({ request }) => request.body)).size).toBe(1);
    }),
    { numRuns: 100 },
  );
});

it('notify delays no later alert because of the leases of dead workers', async () => {
  const next = alertOf({ id: 'next' });
  await fc.assert(
    fc.asyncProperty(sentArbitrary, troubleArbitrary, fc.boolean(), async (sent, trouble, shows) => {
      const run = new Disturbed({ ...trouble, answers: [] }, shows);
      run.send(sent);
      await run.settle();
      const { rig } = run;
      const sinceMs = rig.clock.nowMs();
      rig.send(next);
      await rig.runUntil(sinceMs + minute);
      const received = rig.received.filter(({ alertId }) => alertId === next.id).map(({ receiver }) => receiver);
      expect(received.sort()).toEqual([...receivers].sort());
    }),
    { numRuns: 60 },
  );
});
