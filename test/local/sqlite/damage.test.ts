import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../functions/shared/domain/errors.ts';
import { openStore } from '../../../local/sqlite/store.ts';
import { ManualClock } from '../memory-broker.ts';
import { layoutOf, newPath, numbered, open } from './open-store.ts';
import { spoil } from './spoil.ts';

const tryToOpen = (path: string) => () => openStore(path, layoutOf(), new ManualClock()).close();

const oneLine = /^[^\n]+(: |, or )choose another directory with --data$/;

function errorOf(call: () => void): Error | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

describe('a store', () => {
  it('that is damaged anywhere is refused in one line with the remedy, or works as if it was not', () => {
    const path = newPath();
    const made = open(path);
    made.eventLog.append(numbered(3_000));
    made.close();
    const whole = readFileSync(path);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 1, max: 40_000 }), (from, bytes) => {
        writeFileSync(path, whole);
        spoil(path, { from, bytes: Math.min(bytes, whole.length - from) });
        const error = errorOf(tryToOpen(path));
        if (error !== undefined) expect(error).toBeInstanceOf(UsageError);
        if (error !== undefined) expect(error.message).toMatch(oneLine);
      }),
      { numRuns: 60 },
    );
  });

  it('with another byte anywhere in its header is refused in one line with the remedy, or works as if it was not', () => {
    const path = newPath();
    open(path).close();
    const whole = readFileSync(path);
    const found = new Map<number, string>();
    for (let offset = 0; offset < 100; offset += 1) {
      for (const value of [0, 1, 2, 3, 4, 5, 64, 127, 128, 200, 255]) {
        const bytes = Buffer.from(whole);
        bytes[offset] = value;
        writeFileSync(path, bytes);
        const error = errorOf(tryToOpen(path));
        const isRight = error === undefined || (error instanceof UsageError && oneLine.test(error.message));
        if (!isRight) found.set(offset, `${value}: ${error.message}`);
      }
    }
    expect(found).toEqual(new Map());
  });

  it.each([
    ['header', { from: 0, bytes: 100 }],
    ['schema', { from: 100, bytes: 8_000 }],
    ['middle', { from: 3 * 8_192, bytes: 8 * 8_192 }],
  ])('whose %s is damaged is refused', (_where, place) => {
    const path = newPath();
    open(path).close();
    spoil(path, place);
    expect(tryToOpen(path)).toThrow(UsageError);
    expect(tryToOpen(path)).toThrow(
      /put a copy that "npx offbeat backup" made in its place, or choose another directory/,
    );
  });

  it.each([
    ['half of it', (bytes: number) => bytes / 2],
    ['its last page', (bytes: number) => bytes - 8_192],
  ])('that lacks %s is refused', (_what, left) => {
    const path = newPath();
    open(path).close();
    truncateSync(path, left(statSync(path).size));
    expect(tryToOpen(path)).toThrow(UsageError);
    expect(tryToOpen(path)).toThrow(`${path} is damaged: database disk image is malformed; put a copy`);
  });
});
