import { byKey } from '../functions/shared/domain/order.ts';
import { printable } from '../functions/shared/domain/printable.ts';
import type { Telemetry } from '../functions/shared/ports/telemetry.ts';

/** A counter's name with its dimensions in order, `failures{reason=FENCED,stage=detect}`, to its sum. */
export type Counts = Readonly<Record<string, number>>;

/** A gauge's name with its dimensions in order, to its last value in seconds. */
export type Gauges = Readonly<Record<string, number>>;

/** A warning or an error, as it was logged. */
export interface LogLine {
  readonly level: 'warning' | 'error';
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** What the embedded run knows of itself: counters and gauges in memory, warnings and errors as lines. */
export class MemoryTelemetry implements Telemetry {
  readonly #counts = new Map<string, number>();
  readonly #gauges = new Map<string, number>();
  readonly #log: (line: string) => void;
  readonly #render: (line: LogLine) => string | undefined;

  /**
   * @param log    gets one line a warning or error; information is kept back, it is for the cloud's logs
   * @param render makes the line, or `undefined` for what is not to be said
   */
  constructor(log: (line: string) => void, render: (line: LogLine) => string | undefined = lineOf) {
    this.#log = log;
    this.#render = render;
  }

  count(metric: string, by = 1, dimensions: Readonly<Record<string, string>> = {}): void {
    const name = nameOf(metric, dimensions);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  gauge(metric: string, seconds: number, dimensions: Readonly<Record<string, string>> = {}): void {
    this.#gauges.set(nameOf(metric, dimensions), seconds);
  }

  info(): void {}

  warn(message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#say({ level: 'warning', message, details });
  }

  error(message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#say({ level: 'error', message, details });
  }

  #say(line: LogLine): void {
    const text = this.#render(line);
    if (text !== undefined) this.#log(text);
  }

  counts(): Counts {
    return Object.fromEntries([...this.#counts].sort(byKey));
  }

  gauges(): Gauges {
    return Object.fromEntries([...this.#gauges].sort(byKey));
  }
}

function nameOf(metric: string, dimensions: Readonly<Record<string, string>>): string {
  const words = Object.keys(dimensions)
    .sort()
    .map((name) => `${name}=${dimensions[name]}`);
  return words.length === 0 ? metric : `${metric}{${words.join(',')}}`;
}

/** Stacks are many lines and say nothing to who reads a terminal. */
function lineOf({ level, message, details = {} }: LogLine): string {
  const { stack: _stack, ...rest } = details;
  return printable(
    Object.keys(rest).length === 0 ? `${level}: ${message}` : `${level}: ${message} ${JSON.stringify(rest)}`,
  );
}
