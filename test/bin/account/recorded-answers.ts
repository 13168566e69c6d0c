/*
 * Answers of AWS in their wire form. Each is the example of the page that is named beside it, with other names and numbers
 * where a test needs them; where a page has only a response syntax, it is that syntax with values.
 */

/** An answer of a service. */
export interface WireAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const xml = (body: string, status = 200): WireAnswer => ({ status, type: 'text/xml', body });
const json11 = (body: object, status = 200): WireAnswer => ({
  status,
  type: 'application/x-amz-json-1.1',
  body: JSON.stringify(body),
});
export const restJson = (body: object): WireAnswer => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(body),
});

export const requestId = '01234567-89ab-cdef-0123-456789abcdef';

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const callerIdentity = (arn = 'arn:aws:iam::123456789012:user/Alice'): WireAnswer =>
  xml(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
   <Arn>${arn}</Arn>
    <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>`);

/** A stack as {@link describedStack} returns it. */
export interface RecordedStack {
  readonly name: string;
  readonly status?: string;
  readonly isProtected?: boolean;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export const describedStack = ({ name, status = 'CREATE_COMPLETE', isProtected = false }: RecordedStack): WireAnswer =>
  xml(`<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult>
    <Stacks>
      <member>
        <StackName>${name}</StackName>
        <StackId>arn:aws:cloudformation:us-east-1:123456789012:stack/${name}/aaf549a0-a413-11df-adb3-5081b3858e83</StackId>
        <StackStatus>${status}</StackStatus>
        <CreationTime>2010-07-27T22:28:28Z</CreationTime>
        <DisableRollback>false</DisableRollback>
        <EnableTerminationProtection>${isProtected}</EnableTerminationProtection>
      </member>
    </Stacks>
  </DescribeStacksResult>
  <ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>
</DescribeStacksResponse>`);

const queryError = (code: string, message: string, status: number): WireAnswer =>
  xml(
    `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>
  <RequestId>${requestId}</RequestId>
</ErrorResponse>`,
    status,
  );

/** The error for a name that no stack has. @see https://github.com/aws/aws-cdk/issues/3121 */
export const noStack = (name: string): WireAnswer =>
  queryError('ValidationError', `Stack with id ${name} does not exist`, 400);

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export const parameter = (name: string, value: string): WireAnswer =>
  json11({
    Parameter: {
      ARN: `arn:aws:ssm:us-east-2:111122223333:parameter${name}`,
      DataType: 'text',
      LastModifiedDate: 1582657288.8,
      Name: name,
      Type: 'String',
      Value: value,
      Version: 3,
    },
  });

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html#API_GetParameter_Errors */
export const noParameter: WireAnswer = json11({ __type: 'ParameterNotFound' }, 400);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const role = (name: string): WireAnswer =>
  xml(`<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<GetRoleResult>
  <Role>
    <Path>/aws-service-role/opensearchservice.amazonaws.com/</Path>
    <Arn>arn:aws:iam::123456789012:role/aws-service-role/opensearchservice.amazonaws.com/${name}</Arn>
    <RoleName>${name}</RoleName>
    <AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%7D</AssumeRolePolicyDocument>
    <CreateDate>2012-05-08T23:34:01Z</CreateDate>
    <RoleId>AROADBQP57FF2AEXAMPLE</RoleId>
  </Role>
</GetRoleResult>
<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>
</GetRoleResponse>`);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html#API_GetRole_Errors */
export const noRole = (name: string): WireAnswer =>
  queryError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
export const accountSettings = (limit: number, unreserved: number): WireAnswer =>
  restJson({
    AccountLimit: {
      CodeSizeUnzipped: 262144000,
      CodeSizeZipped: 52428800,
      ConcurrentExecutions: limit,
      TotalCodeSize: 80530636800,
      UnreservedConcurrentExecutions: unreserved,
    },
    AccountUsage: { FunctionCount: 4, TotalCodeSize: 9426 },
  });

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
export const availabilityZones = (region: string, zones: Readonly<Record<string, string>>): WireAnswer =>
  xml(`<DescribeAvailabilityZonesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
   <requestId>${requestId}</requestId>
   <availabilityZoneInfo>
   ${Object.entries(zones)
     .map(
       ([name, id]) => `<item>
         <optInStatus>opt-in-not-required</optInStatus>
         <zoneName>${name}</zoneName>
         <zoneId>${id}</zoneId>
         <zoneState>available</zoneState>
         <zoneType>availability-zone</zoneType>
         <regionName>${region}</regionName>
         <groupName>${region}</groupName>
         <networkBorderGroup>${region}</networkBorderGroup>
         <messageSet/>
      </item>`,
     )
     .join('')}
   </availabilityZoneInfo>
</DescribeAvailabilityZonesResponse>`);

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const vpcs = (count: number, next?: string): WireAnswer =>
  xml(`<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>${requestId}</requestId>
  <vpcSet>
    ${Array.from(
      { length: count },
      (_, nth) => `<item>
      <vpcId>vpc-1a2b3c4d5e6f7${String(nth).padStart(4, '0')}</vpcId>
      <state>available</state>
      <cidrBlock>10.0.0.0/23</cidrBlock>
      <isDefault>false</isDefault>
    </item>`,
    ).join('')}
  </vpcSet>${next === undefined ? '' : `<nextToken>${next}</nextToken>`}
</DescribeVpcsResponse>`);

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html */
export const addresses = (count: number): WireAnswer =>
  xml(`<DescribeAddressesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
   <requestId>${requestId}</requestId>
   <addressesSet>
   ${Array.from(
     { length: count },
     (_, nth) => `<item>
         <publicIp>203.0.113.${nth + 1}</publicIp>
         <allocationId>eipalloc-08229861</allocationId>
         <domain>vpc</domain>
      </item>`,
   ).join('')}
   </addressesSet>
</DescribeAddressesResponse>`);

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html */
export const resourcePolicies = (count: number, next?: string): WireAnswer =>
  json11({
    resourcePolicies: Array.from({ length: count }, (_, nth) => ({
      policyName: `policy-${nth}`,
      policyDocument: '{"Version":"2012-10-17","Statement":[]}',
      lastUpdatedTime: 1472585000000,
    })),
    ...(next !== undefined && { nextToken: next }),
  });

/** @see https://docs.aws.amazon.com/MSK/2.0/APIReference/v2-clusters.html */
export const clusters = (brokers: readonly number[], next?: string): WireAnswer =>
  restJson({
    clusterInfoList: brokers.map((count, nth) => ({
      clusterType: 'PROVISIONED',
      clusterArn: `arn:aws:kafka:us-east-1:123456789012:cluster/cluster-${nth}/0a1b-2`,
      clusterName: `cluster-${nth}`,
      state: 'ACTIVE',
      provisioned: { numberOfBrokerNodes: count },
    })),
    ...(next !== undefined && { nextToken: next }),
  });

const quotaOf = (service: string, code: string, name: string, value: number): object => ({
  ServiceCode: service,
  QuotaArn: `arn:aws:servicequotas:us-east-1:123456789012:${service}/${code}`,
  QuotaCode: code,
  QuotaName: name,
  Value: value,
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: false,
});

/** @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html */
export const quota = (code: string, value: number): WireAnswer =>
  json11({ Quota: quotaOf('vpc', code, 'VPCs per Region', value) });

/** @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html */
export const quotas = (values: Readonly<Record<string, number>>, next?: string): WireAnswer =>
  json11({
    Quotas: Object.entries(values).map(([name, value], nth) => quotaOf('kafka', `L-0000000${nth}`, name, value)),
    ...(next !== undefined && { NextToken: next }),
  });

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
export const secret = (name: string, deleted = false): WireAnswer =>
  json11({
    ARN: `arn:aws:secretsmanager:us-west-2:123456789012:secret:${name}-a1b2c3`,
    Name: name,
    LastChangedDate: 1523477145.729,
    ...(deleted && { DeletedDate: 1524085349.095 }),
  });

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html#API_DescribeSecret_Errors */
export const noSecret: WireAnswer = json11(
  { __type: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret." },
  400,
);

const notAuthorized = (action: string, why: string): string =>
  `User: arn:aws:iam::123456789012:user/Alice is not authorized to perform: ${action} because ${why}`;
const noPolicy = 'no identity-based policy allows the action';

/**
 * Returns the refusal of an action in the protocol of its service.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html the message
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html the form of EC2's
 */
export function denial(action: string, why = noPolicy): WireAnswer {
  const message = notAuthorized(action, why);
  const [service] = action.split(':');
  if (service === 'ec2') {
    return xml(
      `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      403,
    );
  }
  if (service === 'iam' || service === 'sts' || service === 'cloudformation')
    return queryError('AccessDenied', message, 403);
  if (service === 'lambda' || service === 'kafka' || service === 'es') {
    const headers = { 'x-amzn-errortype': 'AccessDeniedException' };
    return { ...restJson({ Message: message }), status: 403, headers };
  }
  return json11({ __type: 'AccessDeniedException', Message: message }, 400);
}

/** The refusal of a key that does not exist. @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export const badKey: WireAnswer = queryError(
  'InvalidClientTokenId',
  'The security token included in the request is invalid.',
  403,
);
