import { join } from 'node:path';
import { expect } from 'vitest';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import { dimensionsText } from '../../functions/shared/domain/series-text.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { offbeat } from '../bin/run-cli.ts';
import { type ReplayedCase, readStore } from './case-folders.ts';

/** Returns the samples of a replayed case as the warehouse has them, the oldest first. */
export function storedSamples(replayed: ReplayedCase): Promise<Sample[]> {
  return readStore(replayed, async ({ ports: { warehouse } }) => {
    const documents = await warehouse.search({ family: 'offbeat-samples', order: 'oldest first', limit: 10_000 });
    return documents.map((document) => sampleDocument.read(document));
  });
}

/** Invokes `normalise` with an input by the command line. @returns the number of records sent to each topic */
export async function invokeCase(name: string): Promise<Readonly<Record<string, number>>> {
  const input = join(import.meta.dirname, 'inputs', `${name}.json`);
  const { status, stdout } = await offbeat(['invoke', 'normalise', input]);
  expect(status).toBe(0);
  return JSON.parse(stdout).sent;
}

/** Returns the entity and the dimensions of each group of series once: `host/node-a{device=sda}`. */
export function groupsOf(samples: readonly Sample[]): string[] {
  const texts = samples.map(({ entity, dimensions }) => `${entity.kind}/${entity.name}${dimensionsText(dimensions)}`);
  return [...new Set(texts)].sort();
}
