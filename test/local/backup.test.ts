import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { backUpStore } from '../../local/backup.ts';
import { openStore } from '../../local/sqlite/store.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-local-backup-'));
afterAll(() => rmSync(directory, { recursive: true }));

const newFolder = (): string => mkdtempSync(join(directory, 'folder-'));

/** Makes a store of as many megabytes, which a writer keeps open. */
async function storeOf(megabytes: number) {
  const storePath = join(newFolder(), 'offbeat.db');
  const store = openStore(storePath, defaultLayout, systemClock);
  for (let nth = 0; nth < megabytes; nth += 1)
    await store.objects.put(`detect/a/0/${nth}`, Buffer.alloc(1_000_000, nth));
  return { store, storePath };
}

it('a backup that is stopped leaves no file, and can be made again', async () => {
  const { store, storePath } = await storeOf(20);
  const file = join(newFolder(), 'copy.db');
  const stop = new AbortController();
  const stopped = backUpStore({ storePath, file, signal: stop.signal, onProgress: () => stop.abort() });
  await expect(stopped).rejects.toThrow(new UnavailableError('no backup was made: it was stopped'));
  expect(readdirSync(join(file, '..'))).toEqual([]);
  const bytes = await backUpStore({ storePath, file, signal: new AbortController().signal });
  expect(bytes).toBeGreaterThan(20_000_000);
  store.close();
});

it('a backup is the store at its beginning: later writes are not in it, and do not make it begin again', async () => {
  const { store, storePath } = await storeOf(40);
  const file = join(newFolder(), 'copy.db');
  const shares: number[] = [];
  const writes: Promise<void>[] = [];
  await backUpStore({
    storePath,
    file,
    signal: new AbortController().signal,
    onProgress: (share) => {
      shares.push(share);
      writes.push(store.objects.put(`detect/b/0/${shares.length}`, Buffer.alloc(1_000_000)));
    },
  });
  await Promise.all(writes);
  expect(writes.length).toBeGreaterThan(2);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  const copied = openStore(file, defaultLayout, systemClock);
  expect(await copied.objects.list('detect/a/')).toHaveLength(40);
  expect(await copied.objects.list('detect/b/')).toEqual([]);
  copied.close();
  expect(await store.objects.list('detect/b/')).toHaveLength(writes.length);
  store.close();
});
