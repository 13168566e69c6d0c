import { describe, expect, it } from 'vitest';
import { deployed, ofType } from '../support/deployment.ts';

/** Returns the properties of the interface endpoints of a deployment. */
const interfacesOf = (name: 'minimal' | 'production') =>
  ofType(deployed(name), 'AWS::EC2::VPCEndpoint')
    .map(([, { Properties }]) => Properties)
    .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');

describe('interface endpoints', () => {
  it('are in one zone with the size minimal, and in every zone with production', () => {
    const zonesOf = (name: 'minimal' | 'production') =>
      new Set(interfacesOf(name).map(({ SubnetIds }) => SubnetIds.length));
    expect(zonesOf('minimal')).toEqual(new Set([1]));
    expect(zonesOf('production')).toEqual(new Set([3]));
  });

  it('are in the first zone, all of them, so that the failure of any other stops nothing', () => {
    const subnets = new Set(interfacesOf('minimal').map(({ SubnetIds: [subnet] }) => JSON.stringify(subnet)));
    expect([...subnets]).toEqual([expect.stringContaining('Subnet1')]);
  });

  // A poller of another zone would resolve the name of the service to a public address, to which it has no route.
  it('have the name of their service in the whole VPC, whose DNS the names need', () => {
    for (const { PrivateDnsEnabled } of interfacesOf('minimal')) expect(PrivateDnsEnabled).toBe(true);
    const [vpc] = ofType(deployed('minimal'), 'AWS::EC2::VPC').map(([, { Properties }]) => Properties);
    expect(vpc).toMatchObject({ EnableDnsHostnames: true, EnableDnsSupport: true });
  });
});
