import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { UsageError } from '../domain/errors.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { untilPermitted } from '../time/until-permitted.ts';
import type { WaitTiming } from '../time/waits.ts';
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
  /**
   * Checks what must hold before the stack has the resource for the first time, and need not hold at an update. If it
   * throws, nothing is created.
   *
   * @default nothing is checked
   */
  beforeCreate?(properties: Properties): Promise<void>;
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
  timing?: WaitTiming,
): ResourceHandler {
  const body = (event: unknown, _context: Context) => answerResource(event, resource, timing);
  return middy(body).use(invocationTelemetry(telemetry)).use(failureReport(name, telemetry));
}

/**
 * Performs the request of an event. A deletion does nothing and succeeds: the resource outlives the stack, and a stack must
 * be deletable even if its servers no longer exist.
 *
 * CloudFormation invokes the function as soon as its policy is attached, so a denial is tried again for two minutes.
 * @throws {UsageError} naming the property that is wrong
 * @throws {DeniedError} if a permission is missing after that time
 */
export async function answerResource<Properties>(
  event: unknown,
  { id, properties, beforeCreate, set }: CustomResource<Properties>,
  timing?: WaitTiming,
): Promise<ResourceAnswer> {
  const request = parse(eventSchema, event, '');
  if (request.RequestType === 'Delete') return { PhysicalResourceId: request.PhysicalResourceId };
  const wanted = parse(properties, request.ResourceProperties, 'ResourceProperties.');
  if (request.RequestType === 'Create') await untilPermitted(async () => beforeCreate?.(wanted), timing);
  const Data = await untilPermitted(() => set(wanted), timing);
  return { PhysicalResourceId: id, Data };
}

function parse<T>(schema: z.ZodType<T>, value: unknown, prefix: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${prefix}${issue?.path.join('.') || 'event'}: ${issue?.message}`, { cause: parsed.error });
}
