import { PutBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopics } from '../../functions/shared/adapters/kafka/topics.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { KafkaReader } from '../real/kafka.ts';
import { everythingIn } from './account.ts';
import { clientOptions } from './deployed-stack.ts';
import { TestDeployment } from './deployment.ts';
import { failure } from './failing-stack.ts';

describe('a first deployment that fails', () => {
  const deployment = new TestDeployment();
  let before: readonly string[];
  /** The names of everything that the first destruction leaves. */
  let left: readonly string[];

  beforeAll(async () => {
    await deployment.open();
    await createTopics(deployment.kafka, onePartitionEach);
    before = await everythingIn(deployment.emulator);
  });
  afterAll(() => deployment.close());

  const stackOf = (name: string) =>
    [deployment.network, deployment.state, deployment.functions].find((each) => each.name === name)!;

  const completed = async () => [...(await deployment.network.resources()), ...(await deployment.state.resources())];

  /** Returns what exists in the account beyond what was there before, and what the completed stacks have. */
  async function leftovers(): Promise<readonly string[]> {
    const owned = new Set([...before, ...(await completed()).map(({ physicalId }) => physicalId)]);
    return (await everythingIn(deployment.emulator)).filter((name) => !owned.has(name));
  }

  it.each(['Offbeat-Network', 'Offbeat-State', 'Offbeat'])(
    'at the last resource of %s keeps the stacks before it, and of that stack nothing',
    async (failing) => {
      const beforeIt = (await completed()).length;
      await expect(deployment.deploy('one', undefined, { failing })).rejects.toThrow(failure);
      expect(await stackOf(failing).status()).toBe('ROLLBACK_COMPLETE');
      expect(await stackOf(failing).resources()).toEqual([]);
      expect((await completed()).length).toBeGreaterThanOrEqual(beforeIt);
      expect(await leftovers()).toEqual([]);
    },
  );

  it('is completed by the next try, which changes no completed stack', async () => {
    const completedBefore = await completed();
    await deployment.deploy('one');
    expect(await completed()).toEqual(completedBefore);
    expect(await everythingIn(deployment.emulator)).not.toEqual(before);
  });

  it('works afterwards as if it had never failed', async () => {
    await deployment.shipDocument();
    const reader = new KafkaReader(deployment.kafka);
    expect(await reader.endOffset(topics.samples, 0)).toBeGreaterThan(0);
    await reader.close();
  });

  it('is as before where an update fails, and is updated by the next try', async () => {
    const [state, functions] = [await completed(), await deployment.functions.resources()];
    await expect(deployment.deploy('two', undefined, { failing: 'Offbeat' })).rejects.toThrow(failure);
    expect(await deployment.functions.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await deployment.functions.resources()).toEqual(functions);
    await deployment.deploy('two');
    expect(await deployment.functions.status()).toBe('UPDATE_COMPLETE');
    expect(await completed()).toEqual(state);
  });

  it('leaves its data where it is destroyed, and is deployed again with new state beside them', async () => {
    const kept = await bucketOfState();
    await destroyAll();
    left = await everythingIn(deployment.emulator);
    expect(left).toContain(kept);
    await deployment.deploy('two');
    expect(await bucketOfState()).not.toBe(kept);
    expect(await everythingIn(deployment.emulator)).toContain(kept);
  });

  it('deletes its data where it is destroyed after a deployment with keepData: false', async () => {
    await deployment.deploy('two', undefined, { keepData: false });
    await putLostTag(await bucketOfState());
    await destroyAll();
    expect((await everythingIn(deployment.emulator)).filter((name) => !left.includes(name))).toEqual([]);
  });

  const bucketOfState = () => deployment.state.physicalId('AWS::S3::Bucket');

  async function destroyAll(): Promise<void> {
    for (const stack of [deployment.state, deployment.network]) await stack.unprotect();
    await deployment.cdk.destroy();
  }

  /** Gives a bucket the tag of its template, which the emulator loses: CDK's function empties only buckets that have it. */
  async function putLostTag(Bucket: string): Promise<void> {
    const client = new S3Client({ ...clientOptions(deployment.emulator), forcePathStyle: true });
    const TagSet = [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }];
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  }
});
