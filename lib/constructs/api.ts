import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IMetric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Right } from '../../functions/api/routes/route.ts';
import { apiRoutes } from '../../functions/api/routes/routes.ts';
import { environmentOf, grantAccess, type Parts } from './access.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { addStage, stageName } from './http-stage.ts';

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

/** The time for which the gateway waits for a function: the longest that it can. */
export const integrationTimeout = Duration.seconds(29);

/** Returns the paths with a right that are posted to, as the gateway's routes name them: `/api/receivers/{name}/test`. */
const postedWith = (right: Right): string[] =>
  apiRoutes.filter((route) => route.method === 'POST' && route.right === right).map(({ path }) => path);

/** Returns the requests to paths, as policies name them: a variable of a path is any text. */
const requestsTo = (paths: readonly string[]): string[] => paths.map((path) => `POST${path.replace(/\{\w+\}/g, '*')}`);

/** Returns the requests that change nothing. */
const toRead = (): string[] => ['GET/api/*', 'HEAD/api/*', ...requestsTo(postedWith('read'))];

/** The HTTP API of docs/api.md: the contents of the warehouse, the health of the flow, and the commands of operators. */
export class OffbeatApi extends Construct {
  readonly httpApi: HttpApi;
  readonly function: OffbeatFunction;
  readonly #isSigned: boolean;

  constructor(scope: Construct, id: string, props: OffbeatApiProps) {
    super(scope, id);
    const { authorizer = new HttpIamAuthorizer() } = props;
    this.#isSigned = authorizer instanceof HttpIamAuthorizer;
    this.function = this.#function(props);
    const integration = new HttpLambdaIntegration('Handler', this.function, { timeout: integrationTimeout });
    this.httpApi = new HttpApi(this, 'Api', {
      description: 'Offbeat: series, anomalies, alerts, health, commands',
      createDefaultStage: false,
      defaultAuthorizer: authorizer,
      defaultIntegration: integration,
    });
    // Routes of their own, so that a right can be given on one of them. The default route answers all other requests.
    this.httpApi.addRoutes({ path: '/api/{proxy+}', methods: [HttpMethod.GET, HttpMethod.HEAD], integration });
    for (const path of [...postedWith('read'), ...postedWith('act')]) {
      this.httpApi.addRoutes({ path, methods: [HttpMethod.POST], integration });
    }
    addStage(this, this.httpApi, props.defaults.logRetention);
  }

  /**
   * Allows to read everything that the API shows, and to change nothing.
   * @throws {Error} at synth, if `authorizer` is set: then it decides, and no policy of IAM
   */
  grantRead(grantee: IGrantable): Grant {
    return this.#grant(grantee, toRead());
  }

  /**
   * Allows to read, and to act: to send commands, to try receivers, and to send messages and dead letters again.
   * @throws {Error} at synth, if `authorizer` is set: then it decides, and no policy of IAM
   */
  grantOperate(grantee: IGrantable): Grant {
    return this.#grant(grantee, [...toRead(), ...requestsTo(postedWith('act'))]);
  }

  /** Returns the number of requests that ended with a status from 500: a metric of API Gateway. */
  metricServerErrors(options?: MetricOptions): IMetric {
    return this.httpApi.metricServerError(options);
  }

  #grant(grantee: IGrantable, requests: readonly string[]): Grant {
    if (!this.#isSigned) {
      throw new Error('api: callers do not sign their requests, because authorizer is set; give them rights there');
    }
    const resourceArns = requests.map((request) =>
      Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.httpApi.apiId,
        resourceName: `${stageName}/${request}`,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    );
    return Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns });
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
