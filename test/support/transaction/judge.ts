import { expect } from 'vitest';
import { FencedError, PartitionStoppedError, UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { Chain } from '../chain.ts';
import { Crash } from '../faults.ts';
import type { Result } from './specification.ts';

/**
 * Waits for an event and returns its result.
 * @throws {Error} any error that the specification does not name, such as a failed check
 */
export async function resultOf(happening: Promise<unknown>): Promise<Result> {
  try {
    await happening;
    return 'done';
  } catch (error) {
    if (error instanceof UnavailableError) return 'retry';
    if (error instanceof FencedError) return 'fenced';
    if (error instanceof PartitionStoppedError) return 'stopped';
    if (error instanceof Crash) return 'dies';
    throw error;
  }
}

/** Expects that all records of `signals` with the same position are the same. */
export function expectSameEffectsEveryTry(chain: Chain): void {
  const sent = new Map<string, string>();
  for (const { headers, value } of chain.ports.eventLog.records(topics.signals)) {
    const position = headers[header.position]!;
    const text = JSON.stringify({ headers, value: `${value}` });
    expect(sent.get(position) ?? text, 'SAME-EFFECTS-EVERY-TRY').toBe(text);
    sent.set(position, text);
  }
}
