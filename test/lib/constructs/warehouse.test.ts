import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Network } from '../../../lib/constructs/network.ts';
import { Warehouse } from '../../../lib/constructs/warehouse.ts';

describe('the warehouse', () => {
  it('is made after the policy that lets it write its logs, or OpenSearch Service refuses it', () => {
    const stack = new Stack(new App(), 'Test');
    new Warehouse(stack, 'Warehouse', { network: new Network(stack, 'Network') });
    const template = Template.fromStack(stack);
    const [policy] = Object.keys(template.findResources('AWS::Logs::ResourcePolicy'));
    const [domain] = Object.values(template.findResources('AWS::OpenSearchService::Domain'));
    expect(domain?.DependsOn).toContain(policy);
  });
});
