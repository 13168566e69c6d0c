import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { neverOvertaken } from '../support/sigkill/away.ts';
import type { Kill, Killing, Replayed } from '../support/sigkill/killing.ts';
import { differences } from '../support/sigkill/outcome.ts';
import { report } from '../support/sigkill/report.ts';
import { seed } from '../support/sigkill/seed.ts';
import { openUndisturbed } from '../support/sigkill/undisturbed.ts';

const killsMin = 60;

let killing: Killing;
let recording: string;
let undisturbed: Replayed;

beforeAll(async () => {
  ({ killing, recording, undisturbed } = await openUndisturbed());
});
afterAll(() => killing.close());

/**
 * Returns the kills: a third of them at any time, two thirds at the side of a call. Of these some are near the start of
 * a process, so that one replay contains many, and others later, where alerts are published and receivers notified.
 */
function kills(count: number): Kill[] {
  const soon = fc.integer({ min: 1, max: 14 }).map((call) => ({ nth: call }));
  const later = fc.integer({ min: 15, max: 70 }).map((call) => ({ nth: call }));
  const afterMs = fc.integer({ min: 50, max: Math.ceil(undisturbed.ms) }).map((ms) => ({ afterMs: ms }));
  return fc.sample(fc.oneof(soon, later, afterMs), { seed, numRuns: count });
}

describe('a replay that is killed with SIGKILL many times', () => {
  it(`loses nothing and doubles nothing (seed ${seed})`, async () => {
    const deaths: string[] = [];
    let repeated = 0;
    const waiting = kills(killsMin * 4);
    while (deaths.length < killsMin) {
      const replayed = await killing.replay(recording, drain(waiting, killsMin - deaths.length));
      deaths.push(...replayed.deaths);
      expect(differences(undisturbed.outcome, replayed.outcome)).toEqual([]);
      repeated += expectSameMessages(replayed);
    }
    process.stdout.write(`${report(deaths)}; ${repeated} webhooks were repeated with the same id\n`);
  });
});

/** Removes and returns the first kills, so that the next replay continues with the rest. */
function* drain(waiting: Kill[], count: number): Generator<Kill> {
  for (let taken = 0; taken < count; taken += 1) {
    const next = waiting.shift();
    if (next === undefined) throw new Error('more processes lived than were to be killed: kill sooner');
    yield next;
  }
}

/**
 * Expects the receiver to get what it gets without kills, each id with one body. Only what neither run has to send may be absent
 * from one of them: a revision that a newer one overtook while a killed process held its message.
 * @returns the number of repeated messages
 */
function expectSameMessages(replayed: Replayed): number {
  const { received, deaths } = replayed;
  expect(neverOvertaken(replayed)).toEqual(neverOvertaken(undisturbed));
  let repeated = 0;
  for (const [id, bodies] of received) {
    expect(new Set(bodies)).toEqual(new Set(undisturbed.received.get(id) ?? bodies.slice(0, 1)));
    // A kill loses the acknowledgement of what was received with it: all messages that were in flight, each once.
    expect(bodies.length - 1).toBeLessThanOrEqual(deaths.length);
    repeated += bodies.length - 1;
  }
  return repeated;
}
