import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTopic, type ExpectedTopic } from '../../../../../functions/shared/adapters/kafka/existing-topic.ts';
import { UsageError } from '../../../../../functions/shared/domain/errors.ts';

const spec: ExpectedTopic = { name: 'team-a.offbeat.beats', partitions: 2, replicas: 3 };
const timestampType = 'LogAppendTime';

interface Outcome {
  readonly warning?: string | undefined;
  readonly refusal?: string;
}

/** Returns the message of the refusal, the warning, or `undefined` if the topic is as expected. */
function outcome(wanted: ExpectedTopic, replicas: readonly number[], type = timestampType): Outcome {
  try {
    return { warning: checkTopic(wanted, { replicas, timestampType: type }) };
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return { refusal: (error as UsageError).message };
  }
}

describe('an existing topic', () => {
  it('is accepted as it is expected', () => {
    expect(outcome(spec, [3, 3])).toEqual({ warning: undefined });
  });

  it('is refused with another number of partitions, and the message says what to do', () => {
    expect(outcome(spec, [3])).toEqual({
      refusal:
        'topic team-a.offbeat.beats: expected 2 partitions, got 1; they are fixed for its life: ' +
        'go back to 1, or use new topics with a prefix of their own',
    });
  });

  it('is refused if one partition has fewer replicas', () => {
    expect(outcome(spec, [3, 2])).toEqual({
      refusal:
        'topic team-a.offbeat.beats: expected 3 replicas, got 2, and existing topics are not changed: ' +
        'add replicas with kafka-reassign-partitions.sh, or set replicationFactor: 2',
    });
  });

  it('is accepted with more replicas, as while they move, with a warning', () => {
    expect(outcome(spec, [3, 5])).toEqual({
      warning:
        'topic team-a.offbeat.beats: expected 3 replicas, got 5; existing topics are not changed: ' +
        'remove replicas with kafka-reassign-partitions.sh, or set replicationFactor: 5',
    });
  });

  it('may have any replicas where the cluster decides', () => {
    const { replicas: _, ...unspecified } = spec;
    expect(outcome(unspecified, [1, 4])).toEqual({ warning: undefined });
  });

  it('is refused if it stores the time of the producer', () => {
    expect(outcome(spec, [3, 3], 'CreateTime').refusal).toMatch(/LogAppendTime, got CreateTime; run "kafka-configs.sh/);
  });

  it('is refused exactly if a promise of the settings would not hold', () => {
    const count = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(count, count, fc.array(count, { minLength: 1, maxLength: 6 }), (partitions, replicas, found) => {
        const { refusal, warning } = outcome({ ...spec, partitions, replicas }, found);
        expect(refusal !== undefined).toBe(found.length !== partitions || found.some((each) => each < replicas));
        expect(warning !== undefined).toBe(refusal === undefined && found.some((each) => each > replicas));
      }),
    );
  });
});
