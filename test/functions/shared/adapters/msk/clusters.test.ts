import { KafkaClient } from '@aws-sdk/client-kafka';
import { describe, expect, it } from 'vitest';
import { mskClusters } from '../../../../../functions/shared/adapters/msk/clusters.ts';
import { DeniedError, UnavailableError } from '../../../../../functions/shared/domain/errors.ts';
import { clusterArn } from '../../../../support/fake-msk.ts';
import { failureOf, jsonAnswer, type Script, scriptedAws } from '../../../../support/scripted-aws.ts';

// The use of these clusters is tested in test/functions/look-up-brokers.

const aws = scriptedAws();

async function clustersBy(script: readonly Script[], timeoutMs?: number) {
  const client = new KafkaClient(await aws.answer(script));
  return mskClusters({ client, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
}

const refusal =
  (status: number, type: string): Script =>
  () => ({ status, headers: { 'x-amzn-errortype': type }, body: { message: `${type}, as scripted` } });

describe('MSK', () => {
  it.each([
    refusal(429, 'TooManyRequestsException'),
    refusal(503, 'ServiceUnavailableException'),
    (() => 'hang up') as Script,
  ])('MSK may be asked again if it is busy or away', async (script) => {
    const clusters = await clustersBy([script]);
    for (const call of [clusters.describe(clusterArn), clusters.brokers(clusterArn, 'iam')]) {
      expect(await failureOf(call)).toBeInstanceOf(UnavailableError);
    }
  });

  it('a call to MSK ends with its time-out', async () => {
    const clusters = await clustersBy([() => 'silence'], 50);
    expect(await failureOf(clusters.describe(clusterArn))).toBeInstanceOf(UnavailableError);
  });

  it('a denial by MSK is reported in its words, with the permission that is missing', async () => {
    const clusters = await clustersBy([refusal(403, 'ForbiddenException')]);
    const error = await failureOf(clusters.describe(clusterArn));
    expect(error).toBeInstanceOf(DeniedError);
    expect(error.message).toBe(
      `MSK denies to describe ${clusterArn} (ForbiddenException, as scripted): allow kafka:DescribeClusterV2, and deploy again`,
    );
  });

  it('a cluster without details has no login', async () => {
    const clusters = await clustersBy([jsonAnswer()]);
    expect(await clusters.describe(clusterArn)).toEqual({
      kind: 'provisioned',
      state: 'of unknown state',
      logins: [],
    });
  });
});
