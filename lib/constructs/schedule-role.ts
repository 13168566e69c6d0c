import { Aws } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Creates the role of a schedule, which also sends to the queue of missed runs. */
export const scheduleRole = (scope: Construct, id: string): Role =>
  new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
    description: `Offbeat: the permissions of the schedule ${id}`,
  });
