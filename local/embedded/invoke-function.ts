import type { SQSEvent } from 'aws-lambda';
import type { ApiHandler } from '../../functions/api/handler.ts';
import { createCollect } from '../../functions/collect/handler.ts';
import { type FunctionBesideStages, type FunctionName, timeoutMsOf } from '../../functions/functions.ts';
import { createHeartbeat } from '../../functions/heartbeat/handler.ts';
import { createNormalise } from '../../functions/normalise/handler.ts';
import { createSelfCheck } from '../../functions/self-check/handler.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { KafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import type { Ports } from '../../functions/shared/ports/index.ts';
import type { Backends } from '../backends.ts';
import { invokedByHand } from '../lambda/invoked-by-hand.ts';
import { lambdaContext } from '../lambda/lambda-context.ts';
import type { OpenStage } from '../lambda/stages.ts';
import type { Upkeep } from './upkeep.ts';

export interface InvocableParts {
  readonly ports: Ports;
  readonly stages: readonly OpenStage[];
  readonly api: ApiHandler;
  readonly upkeep: Upkeep;
  readonly setUpWarehouse: Backends['setUpWarehouse'];
  readonly counts: Backends['counts'];
}

/**
 * Invokes one function once, as Lambda does, with any event.
 * @param name a stage of the pipeline, or a function that is no stage, such as `api` or `sweep`
 * @returns what the function returns
 * @throws {UsageError} if no function has that name
 */
export function invokeFunction(name: string, event: unknown, parts: InvocableParts): Promise<unknown> {
  const others = functionsBesideStages(parts);
  const stage = parts.stages.find((open) => open.name === name && open.accepts(event));
  const invoke = others[name] ?? stage?.invoke;
  if (invoke !== undefined) return invoke(event);
  const names = [...new Set([...parts.stages.map((open) => open.name), ...Object.keys(others)])].join(', ');
  throw new UsageError(`no function "${name}"; expected one of ${names}`);
}

/** The functions that are no stage, and normalise, which a hand-made event must not move on in its own topic. */
function functionsBesideStages({
  ports,
  stages,
  api,
  upkeep,
  setUpWarehouse,
  counts,
}: InvocableParts): Readonly<Record<string, (event: unknown) => Promise<unknown>>> {
  const contextOf = (name: FunctionName) => lambdaContext(name, timeoutMsOf(name), ports.clock);
  const shipping = { ...ports, counts, lags: () => lagsOf(stages) };
  return {
    api: (event) => api(event as Parameters<ApiHandler>[0], contextOf('api')),
    normalise: (event) => createNormalise(invokedByHand(ports))(event as KafkaEvent, contextOf('normalise')),
    sweep: () => upkeep.sweep(),
    aggregate: (event) => upkeep.aggregate(event),
    collect: (event) => createCollect(ports)(event as SQSEvent, contextOf('collect')),
    heartbeat: (event) => createHeartbeat(ports)(event as SQSEvent, contextOf('heartbeat')),
    'self-check': (event) => createSelfCheck({ ...ports, shipping })(event, contextOf('self-check')),
    'set-up-warehouse': () => setUpWarehouse(),
  } satisfies Readonly<Record<FunctionBesideStages | 'normalise', (event: unknown) => Promise<unknown>>>;
}

/** Returns the records that each stage which reads topics has not handled yet. */
async function lagsOf(stages: readonly OpenStage[]): Promise<Readonly<Record<string, number>>> {
  const lags: Record<string, number> = {};
  for (const { name, sources } of await Promise.all(stages.map((stage) => stage.health()))) {
    for (const source of sources) if ('lagRecords' in source) lags[name] = (lags[name] ?? 0) + source.lagRecords;
  }
  return lags;
}
