import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Deployed } from '../../functions/shared/handler/deployed.ts';
import { functionTimeoutMs } from '../../functions/shared/handler/function-limits.ts';
import { type FunctionName, lambda, memoryDefault, nodeOptions } from '../bundle/bundle.ts';
import { functionCode } from '../bundle/function-code.ts';
import { accept } from './findings.ts';
import type { NetworkPlacement } from './network.ts';

/** What all functions of a deployment have in common. */
export interface FunctionDefaults {
  readonly deployed: Deployed;
  readonly logRetention: RetentionDays;
  /** Whether X-Ray follows invocations. */
  readonly tracing: boolean;
}

export interface OffbeatFunctionProps extends FunctionDefaults {
  readonly name: FunctionName;
  readonly description: string;
  /**
   * MB; CPU grows with it.
   *
   * @default 1024, which holds a worker's share of a million series (docs/scale.md)
   */
  readonly memory?: number;
  /** @default Duration.seconds(60) */
  readonly timeout?: Duration;
  /** @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Where it is in the network.
   *
   * @default in none: it reaches the internet, and nothing in the VPC
   */
  readonly place?: NetworkPlacement;
  /** @default no share of its own */
  readonly reservedConcurrency?: number;
  /** One that is there already, because others know it. @default one is made */
  readonly role?: IRole;
}

/**
 * One function of `functions/`, with a role that may write its own log and nothing else until something is granted.
 */
export class OffbeatFunction extends NodejsFunction {
  readonly word: FunctionName;

  constructor(scope: Construct, id: string, props: OffbeatFunctionProps) {
    const {
      name,
      description,
      deployed,
      memory = memoryDefault,
      timeout = Duration.millis(functionTimeoutMs),
      tracing,
    } = props;
    const { place, reservedConcurrency } = props;
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = props.role ?? functionRole(scope, `${id}Role`, name);
    logGroup.grantWrite(role);
    if (place !== undefined) {
      for (const statement of interfaceStatements(Stack.of(scope))) role.addToPrincipalPolicy(statement);
    }
    const unbound = [...(place === undefined ? [] : [interfacesReason]), ...(tracing ? [tracingReason] : [])];
    if (unbound.length > 0) accept(role, 'IAM5[Resource::*]', unbound.join('; '));
    super(scope, id, {
      description: `Offbeat: ${description}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: lambda.handler,
      code: functionCode(name, deployed),
      memorySize: memory,
      timeout,
      role,
      logGroup,
      environment: {
        NODE_OPTIONS: nodeOptions(memory),
        ...props.environment,
      },
      tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      ...(place === undefined ? {} : { ...place, allowPublicSubnet: false }),
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    });
    this.word = name;
  }
}

/** The role of a function that is made later, or elsewhere. */
export function functionRole(scope: Construct, id: string, name: FunctionName): Role {
  return new Role(scope, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Offbeat: what ${name} may do`,
  });
}

const interfacesReason = 'Lambda makes network interfaces in the name of the role, before it knows any of their names';
const tracingReason = 'X-Ray has nothing that a segment could be held to';

/**
 * Returns the rights that Lambda needs to put a function, and a poller, into the VPC by the function's role. The Deny is for the function's own code: requests
 * of code carry the ARN of its function, and those that Lambda makes for the network do not
 * (https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html). It names every function of the account, because a role
 * cannot name the function that is made with it.
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
