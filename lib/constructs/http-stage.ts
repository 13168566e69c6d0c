import { RemovalPolicy } from 'aws-cdk-lib';
import { type HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Requests a second over all callers. A page sends about a dozen when it opens. */
const throttle = { rateLimit: 50, burstLimit: 100 };
/** The stage whose paths have no prefix. */
export const stageName = '$default';

/** Adds the one stage of an HTTP API, with its limit and its log: paths without their queries, because that of a sign-in has a code. */
export function addStage(scope: Construct, httpApi: HttpApi, retention: RetentionDays): void {
  const accessLog = new LogGroup(scope, 'AccessLog', { retention, removalPolicy: RemovalPolicy.DESTROY });
  new HttpStage(scope, 'Stage', {
    httpApi,
    stageName,
    autoDeploy: true,
    throttle,
    accessLogSettings: { destination: new LogGroupLogDestination(accessLog) },
  });
}
