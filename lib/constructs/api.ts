import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, HttpStage, type IHttpRouteAuthorizer, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environmentOf, grantAccess, type Parts } from './access.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';

export interface OffbeatApiProps {
  readonly defaults: FunctionDefaults;
  readonly parts: Parts;
  /**
   * Decides which callers may use the API.
   *
   * @default IAM: callers sign their requests (SigV4) and need `execute-api:Invoke`
   */
  readonly authorizer?: IHttpRouteAuthorizer;
}

/** Requests a second over all callers. A page sends about a dozen when it opens. */
const throttle = { rateLimit: 50, burstLimit: 100 };

/** The HTTP API of docs/api.md: the contents of the warehouse, the health of the flow, and the commands of operators. */
export class OffbeatApi extends Construct {
  readonly httpApi: HttpApi;
  readonly function: OffbeatFunction;

  constructor(scope: Construct, id: string, props: OffbeatApiProps) {
    super(scope, id);
    const { authorizer = new HttpIamAuthorizer() } = props;
    this.function = this.#function(props);
    this.httpApi = new HttpApi(this, 'Api', {
      description: 'Offbeat: series, anomalies, alerts, health, commands',
      createDefaultStage: false,
      defaultAuthorizer: authorizer,
      defaultIntegration: new HttpLambdaIntegration('Handler', this.function, { timeout: Duration.seconds(29) }),
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: props.defaults.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog) },
    });
  }

  #function({ defaults, parts }: OffbeatApiProps): OffbeatFunction {
    const made = new OffbeatFunction(this, 'api', {
      ...defaults,
      name: 'api',
      environment: environmentOf('api', parts),
    });
    grantAccess(made, parts);
    return made;
  }
}
