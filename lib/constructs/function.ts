import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Effect, type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type FunctionName, functions, sourcesOf } from '../../functions/functions.ts';
import type { Deployed } from '../../functions/shared/handler/deployed.ts';
import { metricsEnvironment, type WrittenMetrics } from '../../functions/shared/handler/written-metrics.ts';
import { lambda, nodeOptions } from '../bundle/bundle.ts';
import { functionCode } from '../bundle/function-code.ts';
import { accept } from './findings.ts';
import type { Network } from './network.ts';

/** The values that all functions of a deployment share. */
export interface FunctionDefaults {
  /** The network of the functions that the manifest puts into the VPC. */
  readonly network: Network;
  /** Settings and layout, which are bundled with the code. */
  readonly deployed: Deployed;
  readonly logRetention: RetentionDays;
  /** Enables traces of invocations by X-Ray. */
  readonly tracing: boolean;
  /**
   * The metrics that CloudWatch makes of counters and gauges.
   *
   * @default all, without a prefix: for the function of the service role, which counts its own failures alone
   */
  readonly metrics?: WrittenMetrics;
}

export interface OffbeatFunctionProps extends Omit<FunctionDefaults, 'deployed'> {
  /** @default none: a function that reads neither settings nor layout, and that no change of them changes */
  readonly deployed?: Deployed;
  /** The row of the manifest: description, memory, time-out, and whether it is in the VPC. */
  readonly name: FunctionName;
  /** @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default no share of the account's concurrency is reserved */
  readonly reservedConcurrency?: number;
  /**
   * An existing role, for a function whose role other stacks must know before it is created.
   *
   * @default a role is created
   */
  readonly role?: IRole;
  /**
   * The security groups beside that of the manifest.
   *
   * @default none
   */
  readonly groups?: readonly ISecurityGroup[];
}

/**
 * One function of the manifest, with a role that may write the function's own log, and nothing else until something is
 * granted.
 */
export class OffbeatFunction extends NodejsFunction {
  readonly name: FunctionName;

  constructor(scope: Construct, id: string, props: OffbeatFunctionProps) {
    const { name, network, deployed, tracing, environment, metrics, reservedConcurrency } = props;
    const { description, memoryMb, timeoutSeconds, securityGroup } = functions[name];
    const placement = securityGroup && network.placementOf(network[securityGroup], ...(props.groups ?? []));
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = props.role ?? functionRole(scope, `${id}Role`, name);
    // Not grantWrite: for a role that exists it adds a policy to the log group, whose principal is the whole account.
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    grantWildcards(role, interfacesOf(name), tracing);
    super(scope, id, {
      description: `Offbeat: ${description}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: lambda.handler,
      code: functionCode(name, deployed),
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      role,
      logGroup,
      environment: { NODE_OPTIONS: nodeOptions(memoryMb), ...(metrics && metricsEnvironment(metrics)), ...environment },
      tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      ...(placement && { ...placement, allowPublicSubnet: false }),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    });
    this.name = name;
  }
}

/** Creates the role of a function, which may be created later or in another stack. */
export function functionRole(scope: Construct, id: string, name: FunctionName): Role {
  return new Role(scope, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Offbeat: the permissions of the function ${name}`,
  });
}

/**
 * Lets Lambda create network interfaces in the VPC and write traces in the name of a role, and acknowledges that neither
 * permission can be restricted to resources.
 * @param interfaces the actions on network interfaces; none for a function that neither is in the VPC nor has pollers there
 */
function grantWildcards(role: IRole, interfaces: readonly string[], tracing: boolean): void {
  const isAttached = interfaces.length > 0;
  if (isAttached) {
    for (const statement of interfaceStatements(Stack.of(role), interfaces)) role.addToPrincipalPolicy(statement);
  }
  const reasons = [...(isAttached ? [interfacesReason] : []), ...(tracing ? [tracingReason] : [])];
  if (reasons.length > 0) accept(role, 'IAM5[Resource::*]', reasons.join('; '));
}

const interfacesReason =
  'Lambda creates network interfaces in the name of the role, and their names are not known before';
const tracingReason = 'X-Ray has no resources that a permission could name';

/**
 * The actions by which Lambda attaches pollers to the brokers' subnets. The pollers are in a VPC of Lambda's own and not in
 * that of the function, so that a function outside the VPC has them too, and its role needs the same actions.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaMSKExecutionRole.html
 */
const pollerActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeVpcs',
];

/** The actions by which Lambda attaches a function to the VPC. */
const placementActions = [...pollerActions, 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'];

function interfacesOf(name: FunctionName): readonly string[] {
  if (functions[name].securityGroup !== undefined) return placementActions;
  return sourcesOf(name, 'topics').length > 0 ? pollerActions : [];
}

/**
 * Returns the permissions that Lambda needs to attach a function or its pollers to the VPC with the function's role, and a
 * Deny for the function's own code: requests of the code carry the ARN of the function, and requests that Lambda sends for
 * the network do not. The Deny names every function of the account, because a role cannot name the function that is
 * created with it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
function interfaceStatements(stack: Stack, actions: readonly string[]): PolicyStatement[] {
  const anyFunction = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({
      sid: 'NetworkInterfaces',
      actions: [...actions],
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'NothingOfTheNetworkByCode',
      effect: Effect.DENY,
      actions: ['ec2:*'],
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:SourceFunctionArn': anyFunction } },
    }),
  ];
}
