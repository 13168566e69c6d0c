/** The caller of AWS, as STS names it. */
export interface Caller {
  /** The account's id, 12 digits. */
  readonly account: string;
  readonly region: string;
  /** The ARN of the user or of the assumed role. */
  readonly arn: string;
}

/** A stack of CloudFormation. */
export interface StackAnswer {
  readonly name: string;
  /** The status, such as `CREATE_COMPLETE`. */
  readonly status: string;
  /** A flag: termination protection is enabled. */
  readonly isProtected: boolean;
}

/** A resource that a stack created. */
export interface ResourceAnswer {
  /** The type, such as `AWS::MSK::Cluster`. */
  readonly type: string;
  /** The physical id: the ARN of a cluster, the name of a domain. */
  readonly id: string;
}

/** A zone of the region. */
export interface ZoneAnswer {
  /** The name in this account, such as `us-east-1a`. */
  readonly name: string;
  /** The id, which is the same in every account, such as `use1-az6`. */
  readonly id: string;
  /** The state: `available` for a zone that can be used. */
  readonly state: string;
}

/** A thing that AWS may offer in some zones only. */
export interface OfferAnswer {
  /** The service of an endpoint, or the type of a machine. */
  readonly name: string;
  /** The names of the zones; empty if the service does not report them. */
  readonly zones: readonly string[];
}

/** Lambda's concurrency of the account in the region. */
export interface ConcurrencyAnswer {
  /** The most concurrent executions of all functions together. */
  readonly limit: number;
  /** The part of `limit` that no function reserved. */
  readonly unreserved: number;
}

/** A secret of Secrets Manager: it exists, it does not, or its deletion is scheduled, so that it cannot be read. */
export type SecretAnswer = 'present' | 'absent' | 'scheduled for deletion';

/** A quota that this command compares with what exists. */
export type QuotaName = 'brokers' | 'vpcs' | 'addresses';

/**
 * Reads what decides whether a deployment succeeds. Each method only reads, and ends within a time limit.
 * Each throws a {@link DeniedError} if the caller may not make the call.
 */
export interface Account {
  /** @throws {UsageError} without a region; {FailedError} if AWS accepts no credentials of this environment */
  caller(): Promise<Caller>;
  /** @returns `undefined` if no stack has this name; a deleted one counts as none */
  stack(name: string): Promise<StackAnswer | undefined>;
  /** @returns the resources of a stack that exists */
  resources(stack: string): Promise<readonly ResourceAnswer[]>;
  /** @returns the state of an MSK cluster: `ACTIVE` if it can be changed */
  clusterState(arn: string): Promise<string>;
  /** @returns the state of a domain: `Active` if it can be changed */
  domainState(name: string): Promise<string>;
  /** @returns the value of a parameter of Systems Manager; `undefined` if there is none of this name */
  parameter(name: string): Promise<string | undefined>;
  roleExists(name: string): Promise<boolean>;
  concurrency(): Promise<ConcurrencyAnswer>;
  /** @returns the availability zones of the region, without local zones */
  zones(): Promise<readonly ZoneAnswer[]>;
  /** @param services such as `sts` @returns the interface endpoints of services that the region has */
  endpointZones(services: readonly string[]): Promise<readonly OfferAnswer[]>;
  /** @returns a type of machine for domains; `undefined` if the region does not have it for the version */
  machineZones(instanceType: string, engineVersion: string): Promise<OfferAnswer | undefined>;
  /** @returns the number of resource policies of CloudWatch Logs in the region */
  logPolicies(): Promise<number>;
  /** @returns the number of brokers of all provisioned MSK clusters in the region */
  brokers(): Promise<number>;
  /** @returns the number of VPCs in the region */
  vpcs(): Promise<number>;
  /** @returns the number of elastic IP addresses in the region */
  addresses(): Promise<number>;
  /** @returns `undefined` if Service Quotas does not list the quota */
  quota(name: QuotaName): Promise<number | undefined>;
  /** @param name a name or an ARN */
  secret(name: string): Promise<SecretAnswer>;
}

/** A call that the caller's policies, or those of the organisation, do not allow. */
export class DeniedError extends Error {
  override readonly name = 'DeniedError';
  /** The action of IAM: `iam:GetRole`. */
  readonly action: string;
  /** A flag: a service control policy of the organisation denies it, so that no policy of the account can allow it. */
  readonly isByOrganisation: boolean;

  /** Makes the error. @param isByOrganisation see the field */
  constructor(action: string, isByOrganisation: boolean, options?: ErrorOptions) {
    super(`${action} is not permitted`, options);
    this.action = action;
    this.isByOrganisation = isByOrganisation;
  }
}
