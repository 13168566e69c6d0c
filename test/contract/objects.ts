import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import { unique } from './unique.ts';

export interface OpenedObjects {
  readonly objects: ObjectStore;
  close?(): Promise<void>;
}

/** Defines the tests of what every object store promises. */
export function describeObjects(name: string, open: () => Promise<OpenedObjects>): void {
  describe(`the object store on ${name}`, () => {
    let opened: OpenedObjects;
    let objects: ObjectStore;
    beforeAll(async () => {
      opened = await open();
      objects = opened.objects;
    });
    afterAll(() => opened.close?.());

    it.each([
      ['of any bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
      ['of 8 MB, as a large state makes it', Buffer.alloc(8_000_000, 'state ')],
      ['of no bytes', Buffer.alloc(0)],
    ])('returns an object %s', async (_case, bytes) => {
      const object = newName();
      await objects.put(object, bytes);
      expect((await objects.get(object))?.equals(bytes)).toBe(true);
    });

    it('keeps what was put even if the caller’s buffer changes', async () => {
      const object = newName();
      const bytes = Buffer.from('as it was');
      await objects.put(object, bytes);
      bytes.fill(0);
      expect(String(await objects.get(object))).toBe('as it was');
    });

    it('returns nothing under a name that was never put', async () => {
      expect(await objects.get(newName())).toBeUndefined();
    });

    it('accepts the same bytes again, as after a lost answer', async () => {
      const object = newName();
      await objects.put(object, Buffer.from('once'));
      await objects.put(object, Buffer.from('once'));
      expect(String(await objects.get(object))).toBe('once');
    });

    it('refuses other bytes under a name that is taken, and keeps the first', async () => {
      const object = newName();
      await objects.put(object, Buffer.from('first'));
      await expect(objects.put(object, Buffer.from('second'))).rejects.toThrow(object);
      expect(String(await objects.get(object))).toBe('first');
    });

    it('lets one writer win where several put different bytes under one name at once', async () => {
      const object = newName();
      const texts = ['a', 'b', 'c', 'd'];
      const puts = await Promise.allSettled(texts.map((text) => objects.put(object, Buffer.from(text))));
      const won = texts.filter((_, nth) => puts[nth]?.status === 'fulfilled');
      expect(won).toEqual([String(await objects.get(object))]);
    });

    it('lists names by prefix, and after a name, in order, to the last character', async () => {
      const words = fc.stringMatching(/^[a-c0-9/-]{1,6}$/);
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(words, { maxLength: 12 }), words, words, async (names, prefix, after) => {
          const folder = `${unique('list')}/`;
          for (const each of names) await objects.put(folder + each, Buffer.from(each));
          expect(await objects.list(folder)).toEqual(names.map((each) => folder + each).sort());
          const expected = names.filter((each) => each.startsWith(prefix)).map((each) => folder + each);
          expect(await objects.list(folder + prefix)).toEqual(expected.sort());
          const later = expected.filter((each) => each > folder + after);
          expect(await objects.list(folder + prefix, folder + after)).toEqual(later);
        }),
        { numRuns: 20 },
      );
    });

    it('lists more names than one page of a server holds', async () => {
      const folder = `${unique('many')}/`;
      const names = Array.from({ length: 1_100 }, (_, nth) => `${folder}${String(nth).padStart(16, '0')}`);
      // One after another: on a busy machine a server would let connections time out.
      for (let from = 0; from < names.length; from += 100) {
        const wave = names.slice(from, from + 100);
        await Promise.all(wave.map((each) => objects.put(each, Buffer.from('x'))));
      }
      expect(await objects.list(folder)).toEqual(names);
      await objects.delete(names);
      expect(await objects.list(folder)).toEqual([]);
    });

    it('deletes the named objects, and ignores names that do not exist', async () => {
      const folder = `${unique('delete')}/`;
      for (const each of ['a', 'b', 'c']) await objects.put(folder + each, Buffer.from(each));
      await objects.delete([`${folder}a`, `${folder}c`, `${folder}none`]);
      await objects.delete([`${folder}a`]);
      await objects.delete([]);
      expect(await objects.list(folder)).toEqual([`${folder}b`]);
      expect(await objects.get(`${folder}a`)).toBeUndefined();
      expect(String(await objects.get(`${folder}b`))).toBe('b');
    });
  });
}

const newName = (): string => `detect/offbeat.samples/0/0000000000000001-${unique('attempt')}`;
