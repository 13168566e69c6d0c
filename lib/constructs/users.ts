import { Aws, Duration, Fn } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  type IUserPool,
  ManagedLoginVersion,
  Mfa,
  UserPool,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { operatorGroup } from '../../functions/shared/domain/sign-in.ts';
import { applyDataRemoval, type DataRemoval, dataRemovalDefault } from './data-removal.ts';
import { accept } from './findings.ts';

/** The user pool by which people sign in to the page. */
export interface PageUsers {
  readonly userPool: IUserPool;
  /** The address of its domain, with its pages for signing in and its token endpoint, without a slash at the end. */
  readonly signInUrl: string;
  /** The names of the identity providers by which people sign in; `COGNITO` is the pool's own directory. */
  readonly providers: readonly string[];
  /** A flag: the domain shows managed login, which needs a style for each client. */
  readonly needsStyle: boolean;
}

export interface UsersProps {
  /**
   * The policy for the people's accounts when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: DataRemoval;
  /**
   * Protects the user pool from deletion. Set it after the first deployment has succeeded.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;
}

/** The name of the pool's own directory among its identity providers. */
const ownDirectory = 'COGNITO';

/** A user pool of its own: people whom an administrator adds, with a second factor, and the group of those who may act. */
export class Users extends Construct implements PageUsers {
  readonly userPool: UserPool;
  readonly signInUrl: string;
  readonly providers = [ownDirectory];
  readonly needsStyle = true;

  constructor(scope: Construct, id: string, props: UsersProps = {}) {
    super(scope, id);
    const { removalPolicy = dataRemovalDefault, deletionProtection = false } = props;
    this.userPool = new UserPool(this, 'Pool', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      // A name that an administrator chooses is in every token, and so in the trace of an alert.
      signInAliases: { username: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      deletionProtection,
      removalPolicy,
    });
    applyDataRemoval(removalPolicy, this.userPool);
    accept(this.userPool, 'COG8', threatProtectionReason);
    new UserPoolGroup(this, 'Operators', {
      userPool: this.userPool,
      groupName: operatorGroup,
      description: 'May acknowledge, silence and send again in Offbeat; all others may read',
    });
    const domain = this.userPool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: uniquePrefix() },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.signInUrl = `https://${domain.domainName}.auth.${Aws.REGION}.amazoncognito.com`;
  }
}

const threatProtectionReason =
  'threat protection needs the plan Plus, which is billed for each person; every sign-in needs a second factor';

/** Returns a prefix that no other stack has, of any account: that of a domain is unique in its region. */
const uniquePrefix = (): string => `offbeat-${Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))))}`;

/** An existing user pool. Its group `operator` has those who may act. */
export interface ExistingUserPool {
  readonly userPoolId: string;
  /** The address of its domain, such as `https://login.example.com`. */
  readonly signInUrl: string;
  /** @default ['COGNITO'], the pool's own directory */
  readonly providers?: readonly string[];
}

/** Returns an existing user pool for the page. A client of it is created in the stack of the page. */
export function existingUsers(scope: Construct, id: string, existing: ExistingUserPool): PageUsers {
  const { userPoolId, signInUrl, providers = [ownDirectory] } = existing;
  return {
    userPool: UserPool.fromUserPoolId(scope, id, userPoolId),
    signInUrl: signInUrl.replace(/\/$/, ''),
    providers,
    needsStyle: false,
  };
}
