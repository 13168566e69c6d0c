import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'aws-lambda';
import type { Ports } from '../../functions/shared/ports/index.ts';
import type { Ledger } from '../../functions/shared/ports/ledger.ts';
import type { MetricName, Telemetry } from '../../functions/shared/ports/telemetry.ts';

/** The activity of one stage's function. Times are in ms. */
export interface StageTimes {
  readonly stage: string;
  readonly invocations: number;
  /** The number of records or messages that the invocations got. */
  readonly records: number;
  readonly functionMs: number;
  /** The time without a call of a port in flight: that of the function's own code. */
  readonly ownMs: number;
  /** The time by call, such as `ledger.read`; calls that overlap each count in full. */
  readonly portMs: ReadonlyMap<string, number>;
}

/** A successful call of a port within one invocation. Times are those of the clock's `nowMs`. */
export interface PortCall {
  readonly stage: string;
  /** The name of the call: `eventLog.append`. */
  readonly call: string;
  readonly args: readonly unknown[];
  readonly invokedMs: number;
  readonly answeredMs: number;
}

interface Invocation {
  readonly stage: string;
  readonly beganMs: number;
  /** The number of calls in flight. */
  calls: number;
  ownMs: number;
  /** The time since which `calls` is 0, and the function's own code runs. */
  sinceMs: number;
}

class Sums {
  invocations = 0;
  records = 0;
  functionMs = 0;
  ownMs = 0;
  readonly portMs = new Map<string, number>();
}

/** The counters with which a function reports how many records it got; for other functions the ledger does. */
const handed: ReadonlySet<MetricName> = new Set(['documents_written', 'published', 'deliveries']);

const timedPorts = ['eventLog', 'ledger', 'objects', 'warehouse', 'publisher', 'deliveries', 'queue'] as const;

export interface StageClockOptions {
  readonly onCall?: (call: PortCall) => void;
  /** Returns the current time, ms. @default performance.now */
  readonly nowMs?: () => number;
}

/**
 * A clock that shows where the time of an embedded run goes. As its `telemetry`, it sees where invocations begin and end;
 * as its `wrapPorts`, what they wait for.
 */
export class StageClock implements Telemetry {
  readonly #running = new AsyncLocalStorage<Invocation>();
  readonly #onCall: (call: PortCall) => void;
  readonly #nowMs: () => number;
  #stages = new Map<string, Sums>();

  constructor({ onCall = () => {}, nowMs = () => performance.now() }: StageClockOptions = {}) {
    this.#onCall = onCall;
    this.#nowMs = nowMs;
  }

  /** Returns the measurements since the last call, by stage. */
  take(): StageTimes[] {
    const taken = [...this.#stages].map(([stage, sums]) => ({ stage, ...sums }));
    this.#stages = new Map();
    return taken;
  }

  begin({ functionName }: Pick<Context, 'functionName'>): void {
    const beganMs = this.#nowMs();
    // All calls that the handler awaits from here on belong to this invocation.
    this.#running.enterWith({ stage: functionName, beganMs, calls: 0, ownMs: 0, sinceMs: beganMs });
  }

  flush(): void {
    const invocation = this.#running.getStore();
    if (invocation === undefined) return;
    const endedMs = this.#nowMs();
    const sums = this.#sumsOf(invocation.stage);
    sums.invocations += 1;
    sums.functionMs += endedMs - invocation.beganMs;
    sums.ownMs += invocation.ownMs + endedMs - invocation.sinceMs;
  }

  count(metric: MetricName, by = 1): void {
    if (handed.has(metric)) this.#addRecords(by);
  }

  gauge(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}

  readonly wrapPorts = (ports: Ports): Ports => {
    const timed = Object.fromEntries(timedPorts.map((name) => [name, this.#timed(name, ports[name])]));
    const { ledger, ...rest } = { ...ports, ...timed };
    const advance: Ledger['advance'] = (key, from, to) => {
      this.#addRecords((to.nextOffset ?? 0) - (from.nextOffset ?? 0));
      return ledger.advance(key, from, to);
    };
    return { ...rest, ledger: withMethod(ledger, 'advance', advance) };
  };

  #timed<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          this.#time(`${name}.${String(property)}`, args, () => Reflect.apply(value, target, args));
      },
    });
  }

  async #time(call: string, args: readonly unknown[], ask: () => unknown): Promise<unknown> {
    const invocation = this.#running.getStore();
    if (invocation === undefined) return ask();
    const { stage, beganMs: invokedMs } = invocation;
    const calledMs = this.#nowMs();
    if (invocation.calls === 0) invocation.ownMs += calledMs - invocation.sinceMs;
    invocation.calls += 1;
    try {
      const answer = await ask();
      this.#onCall({ stage, call, args, invokedMs, answeredMs: this.#nowMs() });
      return answer;
    } finally {
      const answeredMs = this.#nowMs();
      invocation.calls -= 1;
      invocation.sinceMs = answeredMs;
      const { portMs } = this.#sumsOf(stage);
      portMs.set(call, (portMs.get(call) ?? 0) + answeredMs - calledMs);
    }
  }

  #addRecords(by: number): void {
    const invocation = this.#running.getStore();
    if (invocation !== undefined) this.#sumsOf(invocation.stage).records += by;
  }

  #sumsOf(stage: string): Sums {
    const sums = this.#stages.get(stage) ?? new Sums();
    this.#stages.set(stage, sums);
    return sums;
  }
}

function withMethod<Port extends object, Name extends keyof Port>(port: Port, name: Name, method: Port[Name]): Port {
  return new Proxy(port, { get: (target, property) => (property === name ? method : Reflect.get(target, property)) });
}
