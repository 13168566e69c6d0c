import { byKey } from '../functions/shared/domain/order.ts';
import { printable } from '../functions/shared/domain/printable.ts';
import type { Telemetry } from '../functions/shared/ports/telemetry.ts';

/** The sum of each counter, by its name with its dimensions in order: `failures{reason=FENCED,stage=detect}`. */
export type Counts = Readonly<Record<string, number>>;

/** The last value of each gauge, in seconds, by its name with its dimensions in order. */
export type Gauges = Readonly<Record<string, number>>;

/** A warning or an error, as it was logged. */
export interface LogLine {
  readonly level: 'warning' | 'error';
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The telemetry of the embedded run: counters and gauges in memory, warnings and errors as lines. */
export class MemoryTelemetry implements Telemetry {
  readonly #counts = new Map<string, number>();
  readonly #gauges = new Map<string, number>();
  readonly #log: (line: string) => void;
  readonly #render: (line: LogLine) => string | undefined;

  /**
   * @param log    gets one line for each warning and error. Information is not logged; only the cloud's logs have it.
   * @param render makes the line; `undefined` if nothing is to be logged
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
    this.#write({ level: 'warning', message, details });
  }

  error(message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#write({ level: 'error', message, details });
  }

  #write(line: LogLine): void {
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

/** Returns a message with its details, without the stack, which has many lines and does not help at a terminal. */
function lineOf({ level, message, details = {} }: LogLine): string {
  const { stack: _stack, ...rest } = details;
  return printable(
    Object.keys(rest).length === 0 ? `${level}: ${message}` : `${level}: ${message} ${JSON.stringify(rest)}`,
  );
}
