import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkRegions, otherRegions } from '../../lib/regions.ts';
import { loadSettingsFile, type SettingsFile } from '../../settings/file.ts';
import { deploymentNames, freshPath, settingsFileOf, synthesise } from '../support/deployment.ts';

const bringYourOwn = loadSettingsFile(settingsFileOf('bring-your-own'));
const keysIn = (file: SettingsFile, region: string): string[] => otherRegions(file, region).map(({ key }) => key);

describe('the regions of resources that settings name', () => {
  it.each(deploymentNames)('are those of the page, eu-north-1: %s', (name) => {
    expect(() => checkRegions(loadSettingsFile(settingsFileOf(name)), 'eu-north-1')).not.toThrow();
  });

  it('are compared for every ARN, zone and address', () => {
    expect(keysIn(bringYourOwn, 'eu-west-1')).toEqual([
      'deployment.vpc.zones (eu-north-1a)',
      'deployment.vpc.zones (eu-north-1b)',
      'deployment.kafka.cluster',
      'deployment.domain.arn',
      'deployment.key',
      'deployment.alertTopic',
      'deployment.alarmTopic',
      'deployment.domain.endpoint',
      'deployment.page.userPool',
    ]);
  });

  it('contain every ARN with a region that the settings accept', () => {
    const regional = JSON.stringify([
      bringYourOwn.deployment,
      loadSettingsFile(settingsFileOf('self-managed-kafka')),
    ]).match(/arn:aws:[a-z0-9-]+:[a-z0-9-]+:\d{12}:[^"]+/g)!;
    const seen = [
      ...keysIn(bringYourOwn, 'eu-west-1'),
      ...keysIn(loadSettingsFile(settingsFileOf('self-managed-kafka')), 'eu-west-1'),
    ].filter((key) => !/zones|endpoint|userPool/.test(key));
    expect(seen).toHaveLength(regional.length);
  });

  it('are compared for the secret of a receiver that is named by its ARN', () => {
    const secret = 'secretsmanager:arn:aws:secretsmanager:us-east-1:111122223333:secret:on-call-AbCdEf';
    const receivers = bringYourOwn.settings.receivers.map((receiver) =>
      'webhook' in receiver ? { ...receiver, webhook: { ...receiver.webhook, secret } } : receiver,
    ) as SettingsFile['settings']['receivers'];
    const settings = { ...bringYourOwn.settings, receivers };
    expect(keysIn({ ...bringYourOwn, settings }, 'eu-north-1')).toEqual(['the secret of the receiver on-call']);
  });

  it('of a local zone is the region that it extends', () => {
    const vpc = { ...bringYourOwn.deployment.vpc!, zones: ['us-east-1a', 'us-east-1-bos-1a'] };
    const deployment = { ...bringYourOwn.deployment, vpc };
    expect(keysIn({ ...bringYourOwn, deployment }, 'us-east-1').filter((key) => key.includes('zones'))).toEqual([]);
  });

  it('are accepted in one region alone', () => {
    const regions = fc.constantFrom('eu-north-1', 'eu-west-1', 'us-east-1', 'us-gov-west-1', 'eu-north-10');
    fc.assert(
      fc.property(regions, (region) => {
        expect(keysIn(bringYourOwn, region).length > 0).toBe(region !== 'eu-north-1');
      }),
    );
  });
});

describe('a synth', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('with credentials of another region names the keys and AWS_REGION, and records nothing', () => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', '111122223333');
    vi.stubEnv('CDK_DEFAULT_REGION', 'us-east-1');
    const layout = freshPath('layout.json');
    const key = 'arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
    expect(() => synthesise(`deployment: { key: '${key}', zones: [us-east-1b, us-east-1c] }`, layout)).toThrow(
      'deployment.key: in eu-north-1; and the credentials deploy to us-east-1. Set AWS_REGION=eu-north-1, or name',
    );
    expect(existsSync(layout)).toBe(false);
  });
});
