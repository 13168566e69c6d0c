import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMs } from '../../functions/shared/domain/durations.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { messageBytesMax, topics } from '../../functions/shared/log/topics.ts';
import type { BulkEntry, BulkLog, BulkOutcome } from '../../functions/shared/ports/bulk-log.ts';
import { entry, hashOf } from './bulk-entry.ts';
import { unique } from './unique.ts';

export interface OpenedBulkLog {
  readonly bulkLog: BulkLog;
  /** The records of partition 0 of `beats`. */
  values(): Promise<readonly string[]>;
  /** Moves time on. */
  pass(ms: number): void;
  close?(): Promise<void>;
}

const appended: BulkOutcome = { kind: 'appended' };
const repeated = (version = 1): BulkOutcome => ({ kind: 'repeated', version });

/** Defines the tests of what every log for bulk requests promises. */
export function describeBulkLog(name: string, open: () => Promise<OpenedBulkLog>): void {
  describe(`bulk requests on ${name}`, () => {
    let opened: OpenedBulkLog;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close?.());

    /** @returns the outcomes, and what the log received */
    async function append(...entries: readonly BulkEntry[]) {
      const before = (await opened.values()).length;
      const outcomes = await opened.bulkLog.append(entries);
      return { outcomes, got: (await opened.values()).slice(before) };
    }

    it('append a document once under one identity, whatever it holds the second time', async () => {
      const id = newId();
      expect(await append(entry('first', id))).toEqual({ outcomes: [appended], got: ['first'] });
      expect(await append(entry('second', id))).toEqual({ outcomes: [repeated()], got: [] });
    });

    it('append each document that has no identity', async () => {
      expect(await append(entry('a'), entry('a'))).toEqual({ outcomes: [appended, appended], got: ['a', 'a'] });
    });

    it('append only the first of several documents of one request with one identity', async () => {
      const id = newId();
      expect(await append(entry('a', id), entry('b'), entry('c', id), entry('d', newId()))).toEqual({
        outcomes: [appended, appended, repeated(), appended],
        got: ['a', 'b', 'd'],
      });
    });

    it('raise the version with each repeat that requests it, across requests', async () => {
      const id = newId();
      const { outcomes, got } = await append(entry('a', id, true), entry('a', id, true), entry('a', id));
      expect(outcomes).toEqual([appended, repeated(2), repeated(2)]);
      expect(got).toEqual(['a']);
      expect((await append(entry('a', id, true), entry('a', id, true))).outcomes).toEqual([repeated(3), repeated(4)]);
      expect((await append(entry('a', id))).outcomes).toEqual([repeated(4)]);
    });

    it('append a document again once 24 hours have passed since it was appended, repeats or not', async () => {
      const id = newId();
      await append(entry('a', id, true));
      opened.pass(dayMs - 1);
      expect((await append(entry('a', id, true))).outcomes).toEqual([repeated(2)]);
      opened.pass(1);
      expect(await append(entry('a', id, true))).toEqual({ outcomes: [appended], got: ['a'] });
      expect((await append(entry('a', id, true))).outcomes).toEqual([repeated(2)]);
    });

    it('do not remember a document that the log refuses, and append the next one in its place', async () => {
      const [id, other] = [newId(), newId()];
      const { outcomes, got } = await append(tooLarge(id), entry('b', id), entry('c', other), tooLarge(id));
      expect(outcomes).toEqual([{ kind: 'refused', reason: 'message too large' }, appended, appended, repeated()]);
      expect([...got].sort()).toEqual(['b', 'c']);
      const refused = newId();
      await append(tooLarge(refused), tooLarge(refused));
      expect(await append(entry('small', refused))).toEqual({ outcomes: [appended], got: ['small'] });
    });

    it('remember nothing of an append that failed', async () => {
      const id = newId();
      const nowhere: BulkEntry = { ...entry('b'), record: { ...entry('b').record, topic: 'offbeat.none' } };
      await expect(append(nowhere, entry('a', id))).rejects.toThrow(UnavailableError);
      expect(await append(entry('a', id))).toEqual({ outcomes: [appended], got: ['a'] });
    });

    it('append each identity once when the same request comes several times at once', async () => {
      const [id, other] = [newId(), newId()];
      const before = (await opened.values()).length;
      const requests = Array.from({ length: 5 }, () => opened.bulkLog.append([entry('a', id), entry('b', other)]));
      const outcomes = (await Promise.all(requests)).flat();
      expect(outcomes.filter(({ kind }) => kind === 'appended')).toHaveLength(2);
      expect((await opened.values()).slice(before)).toEqual(['a', 'b']);
    });

    it('may be empty, and then append nothing', async () => {
      expect(await append()).toEqual({ outcomes: [], got: [] });
    });

    it('append each identity once and each document without one, whatever requests come', async () => {
      const document = fc.record({ id: fc.option(fc.nat({ max: 5 })), raises: fc.boolean(), fits: fc.boolean() });
      const requests = fc.array(fc.array(document, { maxLength: 8 }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(requests, async (given) => {
          const run = unique('run');
          const versions = new Map<number, number>();
          const expected: { readonly outcomes: BulkOutcome[]; readonly got: string[] } = { outcomes: [], got: [] };
          const found: typeof expected = { outcomes: [], got: [] };
          for (const documents of given) {
            const entries = documents.map(({ id, raises, fits }) => {
              const hash = id === null ? undefined : hashOf(`${run} ${id}`);
              return fits ? entry(`${id}`, hash, raises) : tooLarge(hash, raises);
            });
            const { outcomes, got } = await append(...entries);
            found.outcomes.push(...outcomes);
            found.got.push(...got);
            for (const { id, raises, fits } of documents) {
              const version = id === null ? undefined : versions.get(id);
              if (version !== undefined) {
                versions.set(id!, version + Number(raises));
                expected.outcomes.push(repeated(version + Number(raises)));
              } else if (fits) {
                if (id !== null) versions.set(id, 1);
                expected.outcomes.push(appended);
                expected.got.push(`${id}`);
              } else expected.outcomes.push({ kind: 'refused', reason: 'message too large' });
            }
          }
          expect(found.outcomes).toEqual(expected.outcomes);
          expect(found.got.sort()).toEqual(expected.got.sort());
        }),
        { numRuns: 50 },
      );
    });
  });
}

const large = Buffer.alloc(messageBytesMax[topics.beats] + 1);

function tooLarge(hash?: string, raisesVersion = false): BulkEntry {
  const small = entry('', hash, raisesVersion);
  return { ...small, record: { ...small.record, value: large } };
}

const newId = (): string => hashOf(unique('id'));
