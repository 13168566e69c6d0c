import * as z from 'zod';
import { type ResourceHandler, resourceHandler } from '../shared/handler/resource-handler.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { ServiceRoles } from '../shared/ports/service-roles.ts';
import type { WaitTiming } from '../shared/time/waits.ts';
import { setUpServiceRole } from './set-up.ts';

export interface SetUpServiceRolePorts extends Pick<Ports, 'telemetry'> {
  readonly roles: ServiceRoles;
  /** @default the system's clock */
  readonly timing?: WaitTiming;
}

const properties = z.looseObject({
  roleName: z.string().regex(/^AWSServiceRoleFor\w+$/, 'expected the name of a service-linked role'),
  service: z.string().regex(/^[\w.-]+\.amazonaws\.com$/, 'expected a service, such as es.amazonaws.com'),
});

/**
 * Creates the function that creates a service-linked role when a stack is deployed, before the resource that needs it.
 * CloudFormation's own resource for such a role fails if the account has the role. A second deployment changes nothing.
 *
 * The role stays when the stack is deleted, because other stacks of the account use it; it costs nothing.
 */
export function createSetUpServiceRole({ roles, telemetry, timing }: SetUpServiceRolePorts): ResourceHandler {
  const resource = {
    id: 'offbeat-service-role',
    properties,
    async set({ roleName, service }: z.infer<typeof properties>) {
      const outcome = await setUpServiceRole(roles, { roleName, service }, timing);
      telemetry.info('the service-linked role exists', { roleName, service, outcome });
      return { roleName };
    },
  };
  return resourceHandler('set-up-service-role', telemetry, resource, timing);
}
