import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { existingUsers, Offbeat } from '../../../lib/index.ts';
import { deployed, ofType, type Resource, type Synthesised, synthesise } from '../../support/deployment.ts';
import { currentRecord } from '../create-only/project.ts';

const minimal = deployed('minimal');
const existing = deployed('bring-your-own');
const without = deployed('no-warehouse');

const one = (from: Synthesised, type: string, part = ''): [string, Resource['Properties']] => {
  const found = ofType(from, type).filter(([id]) => id.includes(part));
  expect(found.map(([id]) => id)).toHaveLength(1);
  const [[id, { Properties }]] = found as [[string, Resource]];
  return [id, Properties];
};
const textOf = (part: unknown): string => JSON.stringify(part);

describe('a deployment without the page', () => {
  it('has nothing of it: no user pool, no function, no second HTTP API, no output', () => {
    const types = [...without.resources.values()].map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('AWS::Cognito::'))).toEqual([]);
    expect(types.filter((type) => type === 'AWS::ApiGatewayV2::Api')).toHaveLength(1);
    expect([...without.resources.keys()].filter((id) => id.includes('Page'))).toEqual([]);
    expect(without.outputs).not.toContain('PageUrl');
    expect(one(without, 'AWS::Lambda::Function', 'alert')[1].Environment.Variables).not.toHaveProperty(
      'OFFBEAT_PAGE_URL',
    );
  });
});

describe('the user pool of the page', () => {
  const [id, pool] = one(minimal, 'AWS::Cognito::UserPool');

  it('is among what is kept, with the people in it, and is protected as tables are', () => {
    expect(id).toMatch(/^Offbeat-State\//);
    expect(minimal.resources.get(id)!.DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(pool.DeletionProtection).toBe('INACTIVE');
    const guarded = synthesise('deployment: { page: cognito, protected: true }\n');
    expect(one(guarded, 'AWS::Cognito::UserPool')[1].DeletionProtection).toBe('ACTIVE');
    const short = synthesise('deployment: { page: cognito, keepData: false }\n');
    expect(ofType(short, 'AWS::Cognito::UserPool')[0]![1].DeletionPolicy).toBe('Delete');
  });

  it('lets nobody sign themselves up, and requires a long password and a second factor that is no message', () => {
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    });
    expect(pool.Policies.PasswordPolicy).toMatchObject({
      MinimumLength: 12,
      RequireLowercase: true,
      RequireUppercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
    });
  });

  it('has the group of those who may act, and a domain that no other stack has', () => {
    expect(one(minimal, 'AWS::Cognito::UserPoolGroup')[1].GroupName).toBe('operator');
    const [, domain] = one(minimal, 'AWS::Cognito::UserPoolDomain');
    expect(textOf(domain.Domain)).toMatch(/^\{"Fn::Join":\["",\["offbeat-",.*AWS::StackId/);
    expect(domain.ManagedLoginVersion).toBe(2);
  });

  it('stays when the page is given up, and a synth names what would be lost', () => {
    const types = refusedChanges(currentRecord('minimal'), currentRecord('no-warehouse')).map(textOf);
    expect(types.filter((change) => change.includes('AWS::Cognito::UserPool'))).not.toEqual([]);
  });
});

describe('the client of the page', () => {
  const [, client] = one(minimal, 'AWS::Cognito::UserPoolClient');

  it('has no secret, and exchanges codes alone', () => {
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      SupportedIdentityProviders: ['COGNITO'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
    });
  });

  it('sends browsers back to the page alone', () => {
    const api = textOf({
      'Fn::GetAtt': [one(minimal, 'AWS::ApiGatewayV2::Api', 'Page')[0].split('/')[1], 'ApiEndpoint'],
    });
    expect(textOf(client.CallbackURLs)).toBe(`[{"Fn::Join":["",[${api},"/session/callback"]]}]`);
    expect(textOf(client.LogoutURLs)).toBe(`[{"Fn::Join":["",[${api},"/"]]}]`);
  });

  it('has tokens of minutes, a session of a week, and refresh tokens that are replaced', () => {
    expect(client).toMatchObject({
      AccessTokenValidity: 15,
      IdTokenValidity: 15,
      RefreshTokenValidity: 7 * 24 * 60,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
    });
  });

  it('has a style, without which managed login shows no page; in an existing user pool that is the owner’s', () => {
    expect(one(minimal, 'AWS::Cognito::ManagedLoginBranding')[1].UseCognitoProvidedValues).toBe(true);
    expect(ofType(existing, 'AWS::Cognito::ManagedLoginBranding')).toEqual([]);
  });
});

describe('the HTTP API of the page', () => {
  const routes = ofType(minimal, 'AWS::ApiGatewayV2::Route')
    .filter(([id]) => id.includes('Page'))
    .map(([, { Properties }]) => Properties);

  it('requires an access token of this client below /api/, and nothing elsewhere', () => {
    const [, authorizer] = one(minimal, 'AWS::ApiGatewayV2::Authorizer');
    expect(authorizer).toMatchObject({ AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] });
    const client = one(minimal, 'AWS::Cognito::UserPoolClient')[0].split('/')[1];
    expect(authorizer.JwtConfiguration.Audience).toEqual([{ Ref: client }]);
    const { OFFBEAT_SIGN_IN_ISSUER: issuer } = one(minimal, 'AWS::Lambda::Function', 'page')[1].Environment.Variables;
    expect(authorizer.JwtConfiguration.Issuer).toEqual(issuer);
    expect(routes.map((route) => [route.RouteKey, route.AuthorizationType, route.AuthorizationScopes])).toEqual([
      ['ANY /api/{proxy+}', 'JWT', ['openid']],
      ['$default', 'NONE', undefined],
    ]);
  });

  it('leads to the same function as the API for scripts, whose address does not change', () => {
    const uris = ofType(minimal, 'AWS::ApiGatewayV2::Integration').map(([id, { Properties }]) => ({
      isOfPage: id.includes('OffbeatPage'),
      uri: textOf(Properties.IntegrationUri),
    }));
    const [signed] = uris.filter(({ isOfPage }) => !isOfPage);
    expect(uris.filter(({ uri }) => uri === signed!.uri).map(({ isOfPage }) => isOfPage)).toContain(true);
  });

  it('logs routes and no queries, which contain codes', () => {
    const stage = ofType(minimal, 'AWS::ApiGatewayV2::Stage').find(([id]) => id.includes('Page'))![1].Properties;
    expect(stage.AccessLogSettings.Format).not.toMatch(/query|\$context\.path/i);
    expect(stage.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 50 });
  });
});

describe('the function of the page', () => {
  const [, made] = one(minimal, 'AWS::Lambda::Function', 'page');

  it('may write its log, and nothing else', () => {
    const [, { PolicyDocument }] = one(minimal, 'AWS::IAM::Policy', 'Pagepage');
    expect(PolicyDocument.Statement.map(({ Action }: { Action: unknown }) => Action)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ]);
    expect(made).not.toHaveProperty('VpcConfig');
  });

  it('knows its origin, the user pool and the client, and no secret', () => {
    const { Variables } = made.Environment;
    expect(
      Object.keys(Variables)
        .filter((name) => /PAGE|SIGN_IN/.test(name))
        .sort(),
    ).toEqual([
      'OFFBEAT_PAGE_ORIGINS',
      'OFFBEAT_SIGN_IN_CLIENT_ID',
      'OFFBEAT_SIGN_IN_ISSUER',
      'OFFBEAT_SIGN_IN_SECONDS',
      'OFFBEAT_SIGN_IN_URL',
    ]);
    expect(textOf(Variables)).not.toMatch(/secret/i);
  });

  it('has the alarms of a function', () => {
    const names = minimal.offbeat.monitoring.specs.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['errors-page', 'throttles-page']));
  });
});

describe('links in messages', () => {
  it('lead to the page that is deployed, unless the settings name another address', () => {
    const url = (from: Synthesised) =>
      one(from, 'AWS::Lambda::Function', 'alert')[1].Environment.Variables.OFFBEAT_PAGE_URL;
    expect(textOf(url(minimal))).toContain('ApiEndpoint');
    const named = synthesise('publicUrl: https://offbeat.example.com/\ndeployment: { page: cognito }\n');
    expect(url(named)).toBeUndefined();
    const { CallbackURLs, LogoutURLs } = one(named, 'AWS::Cognito::UserPoolClient')[1];
    expect(CallbackURLs[1]).toBe('https://offbeat.example.com/session/callback');
    expect(LogoutURLs[1]).toBe('https://offbeat.example.com/');
  });
});

it('an address without TLS is refused, to which a user pool sends no browser back', () => {
  expect(() => synthesise('publicUrl: http://offbeat.example.com\ndeployment: { page: cognito }\n')).toThrow(
    'publicUrl: expected https:// with the page',
  );
});

describe('an existing user pool', () => {
  it('gets a client with its identity providers, and is not created or changed', () => {
    expect(ofType(existing, 'AWS::Cognito::UserPool')).toEqual([]);
    expect(one(existing, 'AWS::Cognito::UserPoolClient')[1]).toMatchObject({
      UserPoolId: 'eu-north-1_0a1B2c3D4',
      SupportedIdentityProviders: ['corporate'],
    });
    const { Variables } = one(existing, 'AWS::Lambda::Function', 'page')[1].Environment;
    expect(Variables.OFFBEAT_SIGN_IN_URL).toBe('https://login.example.com');
    expect(textOf(Variables.OFFBEAT_SIGN_IN_ISSUER)).toContain('/eu-north-1_0a1B2c3D4');
  });

  it('can be given to the construct, which else creates one', () => {
    const templateOf = (page: 'cognito' | undefined): Template => {
      const stack = new Stack(new App({ context: { [BUNDLING_STACKS]: [] } }), 'Mine');
      const users = existingUsers(stack, 'People', {
        userPoolId: 'eu-north-1_a',
        signInUrl: 'https://login.example.com/',
      });
      const offbeat = new Offbeat(stack, 'Offbeat', { page: page ?? users });
      expect(offbeat.page!.url).toBe(offbeat.page!.httpApi.apiEndpoint);
      return Template.fromStack(stack);
    };
    templateOf('cognito').resourceCountIs('AWS::Cognito::UserPool', 1);
    const given = templateOf(undefined);
    given.resourceCountIs('AWS::Cognito::UserPool', 0);
    given.hasResourceProperties('AWS::Cognito::UserPoolClient', { UserPoolId: 'eu-north-1_a' });
  });
});
