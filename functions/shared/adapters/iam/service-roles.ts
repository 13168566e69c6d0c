import {
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  type IAMClient,
  InvalidInputException,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import type { ServiceRoles } from '../../ports/service-roles.ts';
import { deniedError } from '../aws/denied.ts';
import { awsError } from '../aws/errors.ts';

export interface ServiceRolesOptions {
  readonly client: IAMClient;
  /**
   * The time limit of a call, retries included.
   * @default 10_000
   */
  readonly timeoutMs?: number;
}

/** Returns the service-linked roles of the account of the client. */
export function iamServiceRoles({ client, timeoutMs = 10_000 }: ServiceRolesOptions): ServiceRoles {
  const within = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  return {
    async find(roleName) {
      try {
        const { Role } = await client.send(new GetRoleCommand({ RoleName: roleName }), within());
        return { createdAtMs: Role?.CreateDate?.getTime() ?? 0 };
      } catch (error) {
        if (error instanceof NoSuchEntityException) return undefined;
        throw deniedError(error, mayNotRead(roleName)) ?? awsError(`IAM, read the role ${roleName}`, error);
      }
    },
    async create(service) {
      try {
        await client.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }), within());
        return 'created';
      } catch (error) {
        if (isTaken(error)) return 'taken';
        const doing = `IAM, create the service-linked role of ${service}`;
        throw deniedError(error, mayNotCreate(service)) ?? awsError(doing, error);
      }
    },
  };
}

/**
 * Returns whether the account has the role. IAM has no code of its own for this: it answers `InvalidInput`, as for a service
 * that it does not know, with the message "Service role name NAME has been taken in this account, please try a different suffix."
 * @see https://github.com/lgallard/terraform-aws-elasticsearch/issues/59
 */
const isTaken = (error: unknown): boolean =>
  error instanceof InvalidInputException && /^Service role name \S+ has been taken in this account/.test(error.message);

const mayNotRead = (roleName: string) => (reason: string) =>
  `IAM denies to read the role ${roleName} (${reason}): allow iam:GetRole on it, and deploy again`;

const mayNotCreate = (service: string) => (reason: string) =>
  `IAM denies to create the service-linked role of ${service} (${reason}): have it created by someone who may, ` +
  `with aws iam create-service-linked-role --aws-service-name ${service}, and deploy again`;
