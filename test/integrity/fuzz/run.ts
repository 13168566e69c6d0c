import fc from 'fast-check';
import { type Case, cases, type Effect } from './cases.ts';
import { faultsOf, isTurnedAway } from './judge.ts';
import type { Surroundings } from './requests.ts';
import { exchange, type Outcome } from './wire.ts';

export interface RunOptions {
  readonly port: number;
  readonly around: Surroundings;
  readonly seed: number;
  /** The number of exchanges of this run, numbered from `first`. */
  readonly first: number;
  readonly count: number;
}

export interface Ran {
  /** The first exchanges of the seed that failed, with what is needed to repeat them. */
  readonly failures: readonly string[];
  /** The effects that must exist, because they were accepted. */
  readonly effects: readonly Effect[];
  /** The number of answers by status; 0 stands for a connection that was closed without an answer. */
  readonly statuses: ReadonlyMap<number, number>;
}

const blockSize = 500;
const clients = 16;
const shownCharsMax = 600;
const failuresMax = 10;
/** Milliseconds that are longer than any wait of the server. */
export const hungMs = 120_000;

/** Makes the seed's exchanges with many clients at once, each over a connection of its own. */
export async function run(options: RunOptions): Promise<Ran> {
  const { port, count } = options;
  const next = exchangesOf(options);
  const failures: string[] = [];
  const effects: Effect[] = [];
  const statuses = new Map<number, number>();
  const client = async (): Promise<void> => {
    for (const [number, each] of next) {
      const outcome = await exchange(port, each, hungMs);
      const faults = faultsOf(each, outcome);
      if (faults.length > 0)
        failures.push(`seed ${options.seed}, exchange ${number} ${failure(each, outcome, faults)}`);
      if (each.effect !== undefined && faults.length === 0 && !outcome.answers.some(isTurnedAway))
        effects.push(each.effect);
      for (const { status } of outcome.answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(clients, count) }, client));
  return { failures: shorten(failures), effects, statuses };
}

/** Returns the same exchanges for the same seed, whatever the count: the exchanges of a block are generated at once. */
function* exchangesOf({ around, seed, first, count }: RunOptions): Generator<[number, Case]> {
  const arbitrary = cases(around);
  for (let number = first; number < first + count; ) {
    const block = Math.floor(number / blockSize);
    const made = fc.sample(arbitrary, { seed: scattered(seed, block), numRuns: blockSize });
    const end = Math.min((block + 1) * blockSize, first + count);
    for (; number < end; number += 1) yield [number, made[number % blockSize]!];
  }
}

/** Spreads seeds: similar seeds would begin alike. */
const scattered = (seed: number, block: number): number =>
  Math.imul(Math.imul(seed, 0x9e3779b1) + block + 1, 0x85ebca6b);

function failure(each: Case, { bytes }: Outcome, faults: readonly string[]): string {
  const sent = each.steps.map(({ pieces }) => shown(Buffer.concat(pieces))).join(' and then ');
  return `(${each.form}, ${each.ending}): ${faults.join('; ')}\n  sent ${sent}\n  got  ${shown(bytes)}`;
}

function shown(bytes: Buffer): string {
  const text = JSON.stringify(bytes.subarray(0, shownCharsMax).toString('latin1'));
  return bytes.length > shownCharsMax ? `${text} and ${bytes.length - shownCharsMax} bytes more` : text;
}

function shorten(failures: readonly string[]): string[] {
  const more = failures.length - failuresMax;
  return [...failures.slice(0, failuresMax), ...(more > 0 ? [`and ${more} more`] : [])];
}
