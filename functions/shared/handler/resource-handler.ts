import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { UsageError } from '../domain/errors.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { failureReport } from './failure-report.ts';
import { invocationTelemetry } from './invocation-telemetry.ts';

/**
 * What CDK's Provider framework hands over for a custom resource of a stack.
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html
 */
const eventSchema = z.discriminatedUnion('RequestType', [
  z.object({ RequestType: z.enum(['Create', 'Update']), ResourceProperties: z.looseObject({}) }),
  z.object({ RequestType: z.literal('Delete'), PhysicalResourceId: z.string() }),
]);

/** What the framework makes of a throw is a deployment that fails with the error's message, and is rolled back. */
export interface ResourceAnswer {
  /** The same for the life of the resource: with another one CloudFormation would delete the old. */
  readonly PhysicalResourceId: string;
  /** What the stack may read of it; at most 4 KB with the rest of the answer. */
  readonly Data?: Readonly<Record<string, string | number>>;
}

export type ResourceHandler = (event: unknown, context: Context) => Promise<ResourceAnswer>;

/** A thing outside of CloudFormation that a stack sets up. */
export interface CustomResource<Properties> {
  readonly id: string;
  /** Of its properties: numbers come as texts, and there are always some of the framework's own. */
  readonly properties: z.ZodType<Properties>;
  /** Creates or updates; the second time with the same properties it changes nothing. */
  set(properties: Properties): Promise<NonNullable<ResourceAnswer['Data']>>;
}

/** Whether an event is a custom resource's, in a function that has others too. */
export const isResourceEvent = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'RequestType' in event;

/** The shell of a function that is nothing but a custom resource. */
export function resourceHandler<Properties>(
  name: string,
  telemetry: Telemetry,
  resource: CustomResource<Properties>,
): ResourceHandler {
  const body = (event: unknown, _context: Context) => answerResource(event, resource);
  return middy(body).use(invocationTelemetry(telemetry)).use(failureReport(name, telemetry));
}

/**
 * Does what an event asks of a resource. A deletion does nothing and succeeds: what was set up outlives the stack, and
 * a stack whose servers are gone must be deletable.
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
