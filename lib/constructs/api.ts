import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, HttpStage, type IHttpRouteAuthorizer, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { topics } from '../../functions/shared/log/topics.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import type { Kafka } from './kafka.ts';
import type { Ledger } from './ledger.ts';
import type { Network } from './network.ts';
import { grantSearch, type WarehouseAccess } from './warehouse.ts';

export interface OffbeatApiProps {
  readonly defaults: FunctionDefaults;
  readonly network: Network;
  readonly kafka: Kafka;
  readonly ledger: Ledger;
  readonly warehouse: WarehouseAccess;
  /**
   * Who is let in.
   *
   * @default by IAM: callers sign their requests (SigV4) and need `execute-api:Invoke`
   */
  readonly authorizer?: IHttpRouteAuthorizer;
}

/** Requests a second, over all callers; a page asks for a dozen when it opens. */
const throttle = { rateLimit: 50, burstLimit: 100 };

/** The HTTP API of docs/api.md: what is in the warehouse, how the flow is, and an operator's commands. */
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

  #function({ defaults, network, kafka, ledger, warehouse }: OffbeatApiProps): OffbeatFunction {
    const made = new OffbeatFunction(this, 'api', {
      ...defaults,
      name: 'api',
      description: 'answers the HTTP API',
      timeout: Duration.seconds(30),
      environment: {
        ...kafka.environment,
        ...ledger.environment,
        ...ledger.deliveriesEnvironment,
        ...warehouse.environment,
      },
      place: network.placeOf(network.stages),
    });
    kafka.grantAppend(made, [topics.signals]);
    ledger.grantInspect(made);
    ledger.grantInspectDeliveries(made);
    grantSearch(warehouse, made);
    made.node.addDependency(kafka.isReady);
    return made;
  }
}
