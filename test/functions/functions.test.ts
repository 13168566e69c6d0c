import { describe, expect, it } from 'vitest';
import {
  consumerGroupOf,
  functionNames,
  functions,
  functionsFedBy,
  functionsThatNeed,
  ledgerStages,
  sourcesOf,
  stagesOfTopics,
} from '../../functions/functions.ts';
import { pipeline } from '../../functions/pipeline.ts';
import { topics } from '../../functions/shared/log/topics.ts';

describe('the manifest of functions', () => {
  it('has a place for what each function that reads topics rejects: the dead letters, or outside the VPC a queue', () => {
    for (const name of functionsFedBy('topics')) {
      const { securityGroup, appendsTo, needs } = functions[name];
      const isInside = securityGroup !== undefined;
      expect(appendsTo.includes(topics.deadLetters), name).toBe(isInside);
      expect(needs.includes('alerts.reject'), name).toBe(!isInside);
    }
  });

  it('lets no function outside the VPC append to a topic: it reaches no broker', () => {
    const outside = functionNames.filter((name) => functions[name].securityGroup === undefined);
    expect(outside).toEqual(expect.arrayContaining(['publish', 'notify']));
    expect(outside.flatMap((name) => functions[name].appendsTo)).toEqual([]);
  });

  it('has at least one reader or writer for every topic', () => {
    const used = functionNames.flatMap((name) => [
      ...functions[name].appendsTo,
      ...sourcesOf(name, 'topics').flatMap((source) => source.topics),
    ]);
    expect(new Set(used)).toEqual(new Set(Object.values(topics)));
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html: 256 characters, 128 to 10,240 MB, 1 to 900 s.
  it('stays within the limits of Lambda', () => {
    for (const name of functionNames) {
      const { description, memoryMb, timeoutSeconds } = functions[name];
      expect(`Offbeat: ${description}`.length, name).toBeLessThanOrEqual(256);
      expect(memoryMb >= 128 && memoryMb <= 10_240, name).toBe(true);
      expect(timeoutSeconds >= 1 && timeoutSeconds <= 900, name).toBe(true);
    }
  });

  it('describes every function in one sentence that begins with a verb', () => {
    for (const name of functionNames) expect(functions[name].description, name).toMatch(/^[A-Z][a-z]+s .*[^.]\.$/);
  });

  it('lets the sweep append to every topic of the stages whose transactions it finishes', () => {
    const sent = functionsThatNeed('ledger.run').flatMap((name) => functions[name].appendsTo);
    expect(functions.sweep.appendsTo).toEqual(expect.arrayContaining(sent));
  });
});

describe('the stages', () => {
  it('are in the pipeline in the order of the manifest, one for each source', () => {
    expect(pipeline.map(({ name, source }) => `${name} ${source.kind}`)).toEqual([
      'normalise topics',
      'detect topics',
      'alert topics',
      'publish topics',
      'notify queue',
      'persist topics',
      'persist queue',
    ]);
  });

  it('that advance ledger items are normalise, detect and alert', () => {
    expect(ledgerStages).toEqual(['normalise', 'detect', 'alert']);
  });

  it('that topics feed have a consumer group of their own for each topic', () => {
    const groups = stagesOfTopics.flatMap(({ stage, topics: read }) =>
      read.map((topic) => consumerGroupOf(stage, topic)),
    );
    expect(new Set(groups).size).toBe(groups.length);
    expect(groups).toEqual(expect.arrayContaining(['offbeat-detect', 'offbeat-persist-samples']));
  });
});
