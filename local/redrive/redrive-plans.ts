import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import { FailedError } from '../failed-error.ts';

/** The plan for a page of letters. A run stores it before it sends the first of them. */
export interface Plan {
  /** The name of the run, which no other run has. It is a part of the producer in the position of each sent record. */
  readonly run: string;
  /** The number of the first letter within the run. */
  readonly first: number;
  /** The partition of the dead letters that contains all of them. */
  readonly partition: number;
  /** The offset of the first of them. */
  readonly offset: number;
  /** The names of the letters, in order. */
  readonly names: readonly string[];
}

/** A plan with its number: the plans of all runs are numbered in one sequence. */
export interface StoredPlan extends Plan {
  readonly planNumber: number;
}

const planPrefix = 'redriven/plans/';
const sentPrefix = 'redriven/sent/';

const nameIn = (prefix: string, planNumber: number): string => prefix + String(planNumber).padStart(10, '0');
const planNumberIn = (name: string): number => Number(name.slice(name.lastIndexOf('/') + 1));

/**
 * The plans of all redrives, as objects that are never overwritten: a plan for each page of letters, and a mark for each
 * plan whose letters are in the log.
 */
export class RedrivePlans {
  readonly #objects: ObjectStore;
  readonly #unsent: StoredPlan[] = [];
  readonly #names = new Set<string>();
  #next = 0;

  private constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** Reads all plans and marks. */
  static async read(objects: ObjectStore): Promise<RedrivePlans> {
    const plans = new RedrivePlans(objects);
    const names = await objects.list(planPrefix);
    // The marks are listed after the plans. So a plan without a mark here had none when it was listed.
    const sent = new Set((await objects.list(sentPrefix)).map(planNumberIn));
    for (const name of names) plans.#note({ ...(await readPlan(name, objects)), planNumber: planNumberIn(name) }, sent);
    return plans;
  }

  #note(plan: StoredPlan, sent: ReadonlySet<number>): void {
    for (const name of plan.names) this.#names.add(name);
    if (!sent.has(plan.planNumber)) this.#unsent.push(plan);
    this.#next = plan.planNumber + 1;
  }

  /** The plans without a mark, of runs that were stopped or are in progress elsewhere. Some of their letters may be sent. */
  get unsent(): readonly StoredPlan[] {
    return this.#unsent;
  }

  /** Returns whether the letter of this name was sent or planned when the plans were read. */
  has(letter: string): boolean {
    return this.#names.has(letter);
  }

  /** Stores a plan. @throws {FailedError} if another run stored a plan of the same number */
  async add(plan: Plan): Promise<StoredPlan> {
    const planNumber = this.#next;
    const name = nameIn(planPrefix, planNumber);
    const bytes = Buffer.from(JSON.stringify(plan));
    try {
      await this.#objects.put(name, bytes);
    } catch (cause) {
      const stored = await this.#objects.get(name);
      if (stored === undefined || stored.equals(bytes)) throw cause;
      throw new FailedError(
        `another redrive is in progress: it wrote ${name} first; wait until it has ended, then run this one again`,
        { cause },
      );
    }
    this.#next = planNumber + 1;
    return { ...plan, planNumber };
  }

  /** Marks a plan whose letters are in the log. */
  async markSent({ planNumber }: StoredPlan): Promise<void> {
    await this.#objects.put(nameIn(sentPrefix, planNumber), Buffer.alloc(0));
  }
}

async function readPlan(name: string, objects: ObjectStore): Promise<Plan> {
  const bytes = await objects.get(name);
  if (bytes === undefined) throw new FailedError(`${name} was listed and does not exist any more: run this again`);
  return JSON.parse(String(bytes));
}
