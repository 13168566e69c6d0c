import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import { FailedError } from '../failed-error.ts';

/** Some letters of one run, in order, as the run wrote them down before it sent the first of them. */
export interface Plan {
  /** No other run has this name: it is part of the producer that the sent records name. */
  readonly run: string;
  /** Number of the first letter within the run. */
  readonly first: number;
  /** The partition of the dead letters in which all of them lie. */
  readonly partition: number;
  /** Where the first of them lies. */
  readonly offset: number;
  readonly names: readonly string[];
}

/** A plan in its place: the plans of all runs are numbered in one sequence. */
export interface StoredPlan extends Plan {
  readonly place: number;
}

const planPrefix = 'redriven/plans/';
const sentPrefix = 'redriven/sent/';

const nameIn = (prefix: string, place: number): string => prefix + String(place).padStart(10, '0');
const placeIn = (name: string): number => Number(name.slice(name.lastIndexOf('/') + 1));

/**
 * What redrives have sent or were about to send, as objects that are never overwritten: a plan for each page of letters,
 * and beside it a mark once all of the page lies in the log.
 */
export class RedrivePlans {
  readonly #objects: ObjectStore;
  readonly #unsent: StoredPlan[] = [];
  readonly #names = new Set<string>();
  #next = 0;

  private constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  static async read(objects: ObjectStore): Promise<RedrivePlans> {
    const plans = new RedrivePlans(objects);
    const names = await objects.list(planPrefix);
    // After the plans, so that a plan that is seen here without its mark had none.
    const sent = new Set((await objects.list(sentPrefix)).map(placeIn));
    for (const name of names) plans.#note({ ...(await readPlan(name, objects)), place: placeIn(name) }, sent);
    return plans;
  }

  #note(plan: StoredPlan, sent: ReadonlySet<number>): void {
    for (const name of plan.names) this.#names.add(name);
    if (!sent.has(plan.place)) this.#unsent.push(plan);
    this.#next = plan.place + 1;
  }

  /** Plans of runs that were stopped, or go on right now elsewhere: perhaps sent, in whole or in part. */
  get unsent(): readonly StoredPlan[] {
    return this.#unsent;
  }

  /** Whether the letter of this name was sent or planned when the plans were read. */
  has(letter: string): boolean {
    return this.#names.has(letter);
  }

  /** @throws {FailedError} if another run took the place at the same time */
  async add(plan: Plan): Promise<StoredPlan> {
    const place = this.#next;
    const name = nameIn(planPrefix, place);
    const bytes = Buffer.from(JSON.stringify(plan));
    try {
      await this.#objects.put(name, bytes);
    } catch (cause) {
      const stored = await this.#objects.get(name);
      if (stored === undefined || stored.equals(bytes)) throw cause;
      throw new FailedError(
        `another redrive is at work: it wrote ${name} first; wait until it has ended, then run this one again`,
        { cause },
      );
    }
    this.#next = place + 1;
    return { ...plan, place };
  }

  async markSent({ place }: StoredPlan): Promise<void> {
    await this.#objects.put(nameIn(sentPrefix, place), Buffer.alloc(0));
  }
}

async function readPlan(name: string, objects: ObjectStore): Promise<Plan> {
  const bytes = await objects.get(name);
  if (bytes === undefined) throw new FailedError(`${name} was listed, and is gone: run this again`);
  return JSON.parse(String(bytes));
}
