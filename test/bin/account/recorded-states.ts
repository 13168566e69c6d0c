import { requestId, restJson, type WireAnswer, xml } from './recorded-answers.ts';

/* Answers about what a deployment created, in their wire form, as those of recorded-answers.ts. */

export const clusterArn = 'arn:aws:kafka:us-east-1:123456789012:cluster/cluster-0/0a1b-2';
export const domainName = 'domain-0a1b2c3d4e5f';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html */
export const stackResources = (type: string, id: string, next?: string): WireAnswer =>
  xml(`<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <ListStackResourcesResult>
    <StackResourceSummaries>
      <member>
        <ResourceStatus>CREATE_COMPLETE</ResourceStatus>
        <LogicalResourceId>Group</LogicalResourceId>
        <LastUpdatedTimestamp>2011-06-21T20:25:57Z</LastUpdatedTimestamp>
        <PhysicalResourceId>sg-0a1b2c3d</PhysicalResourceId>
        <ResourceType>AWS::EC2::SecurityGroup</ResourceType>
      </member>
      <member>
        <ResourceStatus>CREATE_COMPLETE</ResourceStatus>
        <LogicalResourceId>Thing</LogicalResourceId>
        <LastUpdatedTimestamp>2011-06-21T20:29:23Z</LastUpdatedTimestamp>
        <PhysicalResourceId>${id}</PhysicalResourceId>
        <ResourceType>${type}</ResourceType>
      </member>
    </StackResourceSummaries>${next === undefined ? '' : `<NextToken>${next}</NextToken>`}
  </ListStackResourcesResult>
  <ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>
</ListStackResourcesResponse>`);

/** @see https://docs.aws.amazon.com/MSK/2.0/APIReference/v2-clusters-clusterarn.html */
export const describedCluster = (state: string): WireAnswer =>
  restJson({ clusterInfo: { clusterType: 'PROVISIONED', clusterArn, clusterName: 'cluster-0', state } });

/** @see https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_ListInstanceTypeDetails.html */
export const machines = (type: string, zones: readonly string[], next?: string): WireAnswer =>
  restJson({
    InstanceTypeDetails: [
      { InstanceType: type, EncryptionEnabled: true, InstanceRole: ['Data'], AvailabilityZones: zones },
    ],
    ...(next !== undefined && { NextToken: next }),
  });

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html */
export const endpointServices = (region: string, services: readonly string[], zones: readonly string[]): WireAnswer =>
  xml(`<DescribeVpcEndpointServicesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>${requestId}</requestId>
  <serviceDetailSet>
    ${services
      .map(
        (service) => `<item>
      <serviceName>com.amazonaws.${region}.${service}</serviceName>
      <serviceType><item><serviceType>Interface</serviceType></item></serviceType>
      <availabilityZoneSet>${zones.map((zone) => `<item>${zone}</item>`).join('')}</availabilityZoneSet>
      <owner>amazon</owner>
    </item>`,
      )
      .join('')}
  </serviceDetailSet>
</DescribeVpcEndpointServicesResponse>`);

/** @see https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DescribeDomain.html */
export const describedDomain = (state: string): WireAnswer =>
  restJson({
    DomainStatus: {
      ARN: `arn:aws:es:us-east-1:123456789012:domain/${domainName}`,
      ClusterConfig: {},
      DomainId: `123456789012/${domainName}`,
      DomainName: domainName,
      DomainProcessingStatus: state,
      Processing: state !== 'Active',
    },
  });
