import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { SearchServer } from '../shared/adapters/opensearch/server.ts';
import { failureReport } from '../shared/handler/failure-report.ts';
import { invocationTelemetry } from '../shared/handler/invocation-telemetry.ts';
import { answerResource, isResourceEvent, type ResourceAnswer } from '../shared/handler/resource-handler.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { WaitTiming } from '../shared/time/waits.ts';
import { type Access, grantAccess } from './access.ts';
import { setUpOwnDomain } from './own-domain.ts';
import { type SetUpReport, setUpWarehouse } from './set-up.ts';
import type { Step, StepOutcome } from './step.ts';
import type { IndexLayout } from './templates.ts';

export type SetUpPorts = Pick<Ports, 'telemetry' | 'clock'> & {
  readonly searchServer: SearchServer;
  /** @default the system's clock */
  readonly timing?: WaitTiming;
};

export type SetUpHandler = (event: unknown, context: Context) => Promise<SetUpReport | ResourceAnswer>;

const arns = z
  .array(z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/, 'expected the ARN of an IAM role'))
  .optional();
/** A domain is `own` if the deployment created it. */
const domain = z.enum(['own', 'other']).optional();
const properties = z.looseObject({ writers: arns, readers: arns, analysts: arns, domain });

type Wanted = Access & { readonly domain?: 'own' | 'other' | undefined };

/**
 * Returns the handler that sets the warehouse up, with every deployment and before the first document is written: see
 * {@link setUpWarehouse}. If the event is that of a custom resource, it also sets what concerns all users of a domain of
 * its own, see {@link setUpOwnDomain}, and grants the roles of its properties their permissions, see {@link grantAccess}.
 * Any other event is answered with all steps.
 */
export function createSetUp(ports: SetUpPorts, layout?: IndexLayout): SetUpHandler {
  const setUp = async ({ domain, ...access }: Wanted): Promise<SetUpReport> => {
    const { steps } = await setUpWarehouse(ports.searchServer, ports.clock.nowMs(), layout);
    const granted = namesRoles(access) ? await grantAccess(ports.searchServer, access) : [];
    const own = domain === 'own' ? await setUpOwnDomain(ports.searchServer) : [];
    const all = [...steps, ...own, ...granted];
    for (const step of all) ports.telemetry.info('a step of the set-up is done', { ...step });
    return { steps: all };
  };
  const resource = {
    id: 'offbeat-warehouse',
    properties,
    set: async (wanted: Wanted) => countsOf((await setUp(wanted)).steps),
  };
  const body = async (event: unknown, _context: Context): Promise<SetUpReport | ResourceAnswer> =>
    isResourceEvent(event) ? answerResource(event, resource, ports.timing) : setUp({});
  return middy(body).use(invocationTelemetry(ports.telemetry)).use(failureReport('set-up-warehouse', ports.telemetry));
}

/** Returns whether any role is named. If none is, the server has no security plugin, or its roles are kept by hand. */
const namesRoles = ({ writers, readers, analysts }: Access): boolean =>
  [writers, readers, analysts].some((named) => named !== undefined);

/** Returns the number of steps by outcome. CloudFormation does not accept all steps; the log contains them. */
function countsOf(steps: readonly Step[]): Readonly<Record<string, number>> {
  const count = (wanted: StepOutcome) => steps.filter(({ outcome }) => outcome === wanted).length;
  return {
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    notAvailable: count('not available'),
  };
}
