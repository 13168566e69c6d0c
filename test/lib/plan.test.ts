import { describe, expect, it } from 'vitest';
import { planOf } from '../../bin/account/plan.ts';
import { loadSettingsFile } from '../../settings/file.ts';
import { deployed, deploymentNames, ofType, settingsFileOf } from '../support/deployment.ts';

describe('the plan that check-account compares with the account', () => {
  it.each(deploymentNames)('has the endpoints and machines that the templates of %s have', (name) => {
    const { endpoints, endpointZoneCount, machines } = planOf(loadSettingsFile(settingsFileOf(name)));
    const interfaces = ofType(deployed(name), 'AWS::EC2::VPCEndpoint')
      .map(([, { Properties }]) => Properties)
      .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
    for (const { SubnetIds } of interfaces) expect(SubnetIds).toHaveLength(endpointZoneCount);
    const made = interfaces.map(({ ServiceName }) => /([a-z]+)"?\]?\]?\}?$/.exec(JSON.stringify(ServiceName))![1]!);
    expect([...endpoints].sort()).toEqual(made.sort());
    const types = ofType(deployed(name), 'AWS::OpenSearchService::Domain').flatMap(([, { Properties }]) => [
      Properties.ClusterConfig.InstanceType,
      Properties.ClusterConfig.DedicatedMasterType ?? [],
    ]);
    expect(machines.types).toEqual(types.flat());
  });
});
