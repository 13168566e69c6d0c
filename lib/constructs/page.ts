import { Aws, Duration } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import {
  CfnManagedLoginBranding,
  OAuthScope,
  UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { pageVariables } from '../../functions/page/environment.ts';
import { sessionRoutes } from '../../functions/shared/domain/sign-in.ts';
import { integrationTimeout } from './api.ts';
import { accept } from './findings.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { addStage } from './http-stage.ts';
import type { PageUsers } from './users.ts';

export interface OffbeatPageProps {
  readonly defaults: FunctionDefaults;
  /** The function that serves the HTTP API. */
  readonly api: OffbeatFunction;
  readonly users: PageUsers;
  /**
   * The address at which people open the page, if it is another than that of API Gateway: a custom domain.
   *
   * @default none
   */
  readonly publicUrl?: string;
}

/** The time for which a token of the page is valid: somebody who leaves the group `operator` may act for so long. */
const tokenValidity = Duration.minutes(15);
/** The time for which somebody who has signed in stays signed in. */
const sessionValidity = Duration.days(7);
/** The time for which a refresh token that was replaced is still accepted: two tabs may renew at the same time. */
const rotationGrace = Duration.seconds(60);
/** The scope that a token must have for the API. ID tokens have none, and tokens of the API of Cognito another. */
const scope = OAuthScope.OPENID;

const openRouteReason =
  'the files of the page are the same for everybody, and somebody who signs in has no token yet; the routes of the API require one';

/**
 * The page on an HTTP API of its own: a function for its files and for sign-in, and the function of the API behind the tokens of a
 * user pool, on the same origin (docs/decisions/0065-a-second-http-api-for-the-page.md).
 */
export class OffbeatPage extends Construct {
  readonly httpApi: HttpApi;
  readonly function: OffbeatFunction;
  /** The address of the page, without a slash at its end. */
  readonly url: string;

  /** @throws {Error} at synth, for a `publicUrl` that no browser would be sent back to */
  constructor(parent: Construct, id: string, props: OffbeatPageProps) {
    super(parent, id);
    const { defaults, api, users } = props;
    this.httpApi = new HttpApi(this, 'Api', {
      description: 'Offbeat: the page, and the API for who is signed in to it',
      createDefaultStage: false,
    });
    this.url = this.httpApi.apiEndpoint;
    const { publicUrl } = props;
    if (publicUrl !== undefined && !publicUrl.startsWith('https:')) {
      throw new Error(
        'publicUrl: expected https:// with the page, because a user pool sends browsers back to no other address',
      );
    }
    const origins = [this.url, ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])];
    const client = this.#client(users, origins);
    const issuer = `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${users.userPool.userPoolId}`;
    const { network, logRetention, tracing, metrics } = defaults;
    // Without the settings: a change of them does not change the function.
    this.function = new OffbeatFunction(this, 'page', {
      ...{ network, logRetention, tracing, ...(metrics && { metrics }), name: 'page' },
      environment: {
        [pageVariables.origins]: origins.join(','),
        [pageVariables.url]: users.signInUrl,
        [pageVariables.issuer]: issuer,
        [pageVariables.clientId]: client.userPoolClientId,
        [pageVariables.sessionSeconds]: String(sessionValidity.toSeconds()),
      },
    });
    const authorizer = new HttpJwtAuthorizer('People', issuer, { jwtAudience: [client.userPoolClientId] });
    const timeout = integrationTimeout;
    this.httpApi.addRoutes({
      path: '/api/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('ApiHandler', api, { timeout }),
      authorizer,
      authorizationScopes: [scope.scopeName],
    });
    const integration = new HttpLambdaIntegration('PageHandler', this.function, { timeout });
    // Everything else: views, files, and the routes of a session.
    const open = new HttpRoute(this, 'Files', { httpApi: this.httpApi, routeKey: HttpRouteKey.DEFAULT, integration });
    accept(open, 'APIG4', openRouteReason);
    addStage(this, this.httpApi, logRetention);
  }

  #client(users: PageUsers, origins: readonly string[]): UserPoolClient {
    const { userPool, providers, needsStyle } = users;
    const client = new UserPoolClient(this, 'Client', {
      userPool,
      generateSecret: false,
      // Cognito requires one, and without a list it would allow refreshing outside the rotation. Its tokens lack the scope.
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [scope],
        callbackUrls: origins.map((origin) => `${origin}${sessionRoutes.callback}`),
        logoutUrls: origins.map((origin) => `${origin}/`),
      },
      supportedIdentityProviders: providers.map((name) => UserPoolClientIdentityProvider.custom(name)),
      accessTokenValidity: tokenValidity,
      idTokenValidity: tokenValidity,
      refreshTokenValidity: sessionValidity,
      refreshTokenRotationGracePeriod: rotationGrace,
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
    if (needsStyle) {
      new CfnManagedLoginBranding(this, 'Style', {
        userPoolId: userPool.userPoolId,
        clientId: client.userPoolClientId,
        useCognitoProvidedValues: true,
      });
    }
    return client;
  }
}
