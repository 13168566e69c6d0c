import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { UsageError } from '../domain/errors.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { failureReport } from './failure-report.ts';
import { invocationTelemetry } from './invocation-telemetry.ts';

/**
 * The schema of an event of CDK's Provider framework for a custom resource of a stack.
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html
 */
const eventSchema = z.discriminatedUnion('RequestType', [
  z.object({ RequestType: z.enum(['Create', 'Update']), ResourceProperties: z.looseObject({}) }),
  z.object({ RequestType: z.literal('Delete'), PhysicalResourceId: z.string() }),
]);

/**
 * An answer to the framework. If the handler throws instead, the deployment fails with the error's message and is
 * rolled back.
 */
export interface ResourceAnswer {
  /**
   * The id of the resource, the same for its whole life: with another id, CloudFormation would delete the old
   * resource.
   */
  readonly PhysicalResourceId: string;
  /** The attributes that the stack may read; at most 4 KB with the rest of the answer. */
  readonly Data?: Readonly<Record<string, string | number>>;
}

export type ResourceHandler = (event: unknown, context: Context) => Promise<ResourceAnswer>;

/** A resource outside of CloudFormation that a stack sets up. */
export interface CustomResource<Properties> {
  readonly id: string;
  /** The schema of its properties. Numbers come as texts, and the framework adds properties of its own. */
  readonly properties: z.ZodType<Properties>;
  /** Creates or updates the resource. A second call with the same properties changes nothing. */
  set(properties: Properties): Promise<NonNullable<ResourceAnswer['Data']>>;
}

/** Returns whether an event is one of a custom resource, in a function that gets other events too. */
export const isResourceEvent = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'RequestType' in event;

/** Returns the handler of a function that only sets up a custom resource. */
export function resourceHandler<Properties>(
  name: string,
  telemetry: Telemetry,
  resource: CustomResource<Properties>,
): ResourceHandler {
  const body = (event: unknown, _context: Context) => answerResource(event, resource);
  return middy(body).use(invocationTelemetry(telemetry)).use(failureReport(name, telemetry));
}

/**
 * Performs the request of an event. A deletion does nothing and succeeds: the resource outlives the stack, and a stack must
 * be deletable even if its servers no longer exist.
 * @throws {UsageError} naming the property that is wrong
 */
export async function answerResource<Properties>(
  event: unknown,
  { id, properties, set }: CustomResource<Properties>,
): Promise<ResourceAnswer> {
  const request = parse(eventSchema, event, '');
  if (request.RequestType === 'Delete') return { PhysicalResourceId: request.PhysicalResourceId };
  const Data = await set(parse(properties, request.ResourceProperties, 'ResourceProperties.'));
  return { PhysicalResourceId: id, Data };
}

function parse<T>(schema: z.ZodType<T>, value: unknown, prefix: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${prefix}${issue?.path.join('.') || 'event'}: ${issue?.message}`, { cause: parsed.error });
}
