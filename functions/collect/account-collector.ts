import { connectMetricData } from '../shared/adapters/cloudwatch/connect.ts';
import { connectControlPlane } from '../shared/adapters/msk/connect.ts';
import { type CollectSettings, timeoutMsOf } from '../shared/domain/collect-settings.ts';
import { UsageError } from '../shared/domain/errors.ts';
import { type Environment, optional, required } from '../shared/environment/variables.ts';
import type { Clock } from '../shared/ports/clock.ts';
import { type Collected, type Collector, collected } from './collected.ts';
import { collectMsk } from './msk/collect-msk.ts';
import type { MskTarget } from './msk/target.ts';
import { ownQueues, ownTopics } from './own-variables.ts';
import { isOfAccount, nameOf, targetOf } from './parse-target.ts';
import { collectQueues, type QueuesAndTopics } from './queues/collect-queues.ts';
import { periodsToRead } from './queues/period.ts';

/** The parts of the surroundings that collectors of an account need. */
export interface AccountPorts {
  readonly clock: Clock;
  /** The variables with the region, and with the credentials that the SDK reads itself. */
  readonly env: Environment;
}

interface Context extends AccountPorts {
  readonly settings: CollectSettings;
}
type Collect = Collector['collect'];

/**
 * Returns the collector of a target about which AWS is asked. That of queues keeps the period that it has delivered, so that one target has
 * one collector.
 * @throws {UsageError} for another target, if no region is named, or outside a deployment for the queues of one
 */
export function openAccountCollector(settings: CollectSettings, ports: AccountPorts): Collector {
  const parsed = targetOf(settings.target);
  if (!isOfAccount(parsed)) throw new UsageError(`${nameOf(parsed)} is no target of AWS`);
  const context = { ...ports, settings };
  const collect = parsed.kind === 'msk' ? mskOf(parsed.target, context) : queuesOf(context);
  return { name: nameOf(parsed), periodMs: settings.period, collect };
}

function mskOf(parsed: MskTarget, { settings, clock, env }: Context): Collect {
  const target = { ...parsed, totalMs: timeoutMsOf(settings) };
  const connected = connectControlPlane(env, target.region);
  return async (signal) => {
    const documents = await collectMsk(target, { ...connected, clock, periodMs: settings.period, signal });
    return collected(documents, documents[0]!.msk.cluster!);
  };
}

function queuesOf({ settings, clock, env }: Context): Collect {
  const names = ownNames(env);
  const region = required(env, 'AWS_REGION', 'the region of the deployment');
  const deps = { metrics: connectMetricData(region), region, clock, totalMs: timeoutMsOf(settings) };
  let readMs: number | undefined;
  return async (signal) => {
    const documents: Collected['documents'][number][] = [];
    let status: Collected['status'] = { status: 'ok' };
    let endMs = readMs;
    for (const period of periodsToRead(clock.nowMs(), readMs)) {
      const read = await collectQueues(names, { ...deps, period, signal });
      status = read.status;
      // A period that CloudWatch did not answer for is read with the next one.
      if (status.status === 'unknown') break;
      documents.push(...(read.documents as readonly object[] as Collected['documents']));
      endMs = period.endMs;
    }
    const onDelivered = (): void => {
      readMs = endMs;
    };
    return { documents, status, isReachable: status.status !== 'unknown', onDelivered };
  };
}

/** @throws {UsageError} outside a deployment */
function ownNames(env: Environment): QueuesAndTopics {
  const listOf = (name: string) => (optional(env, name) ?? '').split(',').filter((each) => each !== '');
  const [queues, topics] = [listOf(ownQueues), listOf(ownTopics)];
  if (queues.length + topics.length > 0) return { queues, topics };
  throw new UsageError('aws://queues are the queues and topics of a deployment on AWS; leave the target out here');
}
