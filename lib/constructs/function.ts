import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type FunctionName, functions } from '../../functions/functions.ts';
import type { Deployed } from '../../functions/shared/handler/deployed.ts';
import { lambda, nodeOptions } from '../bundle/bundle.ts';
import { functionCode } from '../bundle/function-code.ts';
import { accept } from './findings.ts';
import type { Network, NetworkPlacement } from './network.ts';

/** The values that all functions of a deployment share. */
export interface FunctionDefaults {
  /** The network of the functions that the manifest puts into the VPC. */
  readonly network: Network;
  /** Settings and layout, which are bundled with the code. */
  readonly deployed: Deployed;
  readonly logRetention: RetentionDays;
  /** Enables traces of invocations by X-Ray. */
  readonly tracing: boolean;
}

export interface OffbeatFunctionProps extends FunctionDefaults {
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
}

/**
 * One function of the manifest, with a role that may write the function's own log, and nothing else until something is
 * granted.
 */
export class OffbeatFunction extends NodejsFunction {
  readonly name: FunctionName;

  constructor(scope: Construct, id: string, props: OffbeatFunctionProps) {
    const { name, network, deployed, tracing, environment, reservedConcurrency } = props;
    const { description, memoryMb, timeoutSeconds, securityGroup } = functions[name];
    const placement = securityGroup && network.placementOf(network[securityGroup]);
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = props.role ?? functionRole(scope, `${id}Role`, name);
    logGroup.grantWrite(role);
    grantWildcards(role, placement, tracing);
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
      environment: { NODE_OPTIONS: nodeOptions(memoryMb), ...environment },
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
 */
function grantWildcards(role: IRole, placement: NetworkPlacement | undefined, tracing: boolean): void {
  if (placement !== undefined) {
    for (const statement of interfaceStatements(Stack.of(role))) role.addToPrincipalPolicy(statement);
  }
  const reasons = [...(placement === undefined ? [] : [interfacesReason]), ...(tracing ? [tracingReason] : [])];
  if (reasons.length > 0) accept(role, 'IAM5[Resource::*]', reasons.join('; '));
}

const interfacesReason =
  'Lambda creates network interfaces in the name of the role, and their names are not known before';
const tracingReason = 'X-Ray has no resources that a permission could name';

/**
 * Returns the permissions that Lambda needs to attach a function and its pollers to the VPC with the function's role, and a
 * Deny for the function's own code: requests of the code carry the ARN of the function, and requests that Lambda sends for
 * the network do not. The Deny names every function of the account, because a role cannot name the function that is
 * created with it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
function interfaceStatements(stack: Stack): PolicyStatement[] {
  const anyFunction = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({
      sid: 'NetworkInterfaces',
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeVpcs',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
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
