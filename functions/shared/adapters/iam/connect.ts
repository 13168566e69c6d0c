import { IAMClient } from '@aws-sdk/client-iam';
import type { ServiceRoles } from '../../ports/service-roles.ts';
import { clientConfig } from '../aws/client-config.ts';
import { iamServiceRoles } from './service-roles.ts';

/** Returns the service-linked roles of the function's account, or those at the address in the SDK's variable `AWS_ENDPOINT_URL_IAM`. */
export const connectServiceRoles = (): ServiceRoles => iamServiceRoles({ client: new IAMClient(clientConfig()) });
