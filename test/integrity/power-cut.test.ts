import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Machine, type TakenBack } from '../support/power-cut/machine.ts';

/** The numbers of webhooks that are received before each cut; the recording causes eleven. */
const webhooksBeforeCut = [2, 5, 8];
/**
 * The number of documents that are acknowledged between the last of these webhooks and the cut. Each waits for the disk, so
 * that what was recorded before them is on it.
 */
const documentsBeforeCut = 60;

const startInOrder = join(import.meta.dirname, '../support/power-cut/start-in-order.ts');

/** Cuts the power repeatedly while documents are shipped and pages are sent. @returns what the cuts lost */
async function cutAgainAndAgain(nodeOptions: readonly string[] = []): Promise<TakenBack> {
  const directory = mkdtempSync(join(tmpdir(), 'offbeat-power-cut-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const machine = new Machine(directory, nodeOptions);
  onTestFinished(() => machine.close());
  await machine.open();
  const { shipper } = machine;
  for (const webhooks of webhooksBeforeCut) await machine.runUntil(webhooks, documentsBeforeCut);
  const takenBack = await machine.runToEnd();
  const { recorded, lost, doubled, repeated } = takenBack;
  process.stdout.write(
    `${webhooksBeforeCut.length} cuts: ${lost.length} of ${shipper.acknowledged.size} acknowledged documents lost, ` +
      `${doubled.length} doubled; ${repeated.length} of ${recorded} webhooks again after their recorded acknowledgement\n`,
  );
  expect(recorded).toBeGreaterThan(0);
  return takenBack;
}

it('a power cut loses nothing that a shipper or a receiver got an answer for', async () => {
  expect(await cutAgainAndAgain()).toMatchObject({ lost: [], doubled: [], repeated: [] });
});

it('the same cuts lose documents where no commit waits for the disk', async () => {
  const { lost, repeated } = await cutAgainAndAgain(['--import', startInOrder]);
  expect(lost).not.toEqual([]);
  expect(repeated).not.toEqual([]);
});
