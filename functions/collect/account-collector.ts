import { connectControlPlane } from '../shared/adapters/msk/connect.ts';
import { type CollectSettings, timeoutMsOf } from '../shared/domain/collect-settings.ts';
import { UsageError } from '../shared/domain/errors.ts';
import type { Environment } from '../shared/environment/variables.ts';
import type { Clock } from '../shared/ports/clock.ts';
import { type Collector, collected } from './collector.ts';
import { collectMsk } from './msk/collect-msk.ts';
import { isOfAccount, nameOf, targetOf } from './parse-target.ts';

/** The parts of the surroundings that collectors of an account need. */
export interface AccountPorts {
  readonly clock: Clock;
  /** The variables with the region, and with the credentials that the SDK reads itself. */
  readonly env: Environment;
}

/**
 * Returns the collector of a target about which AWS is asked.
 * @throws {UsageError} for another target, or if no region is named
 */
export function openAccountCollector(settings: CollectSettings, { clock, env }: AccountPorts): Collector {
  const parsed = targetOf(settings.target);
  if (!isOfAccount(parsed)) throw new UsageError(`${nameOf(parsed)} is no target of AWS`);
  const target = { ...parsed.target, totalMs: timeoutMsOf(settings) };
  const { provider, region } = connectControlPlane(env, target.region);
  const periodMs = settings.period;
  return {
    name: nameOf(parsed),
    periodMs,
    async collect(signal) {
      const documents = await collectMsk(target, { provider, region, clock, periodMs, signal });
      return collected(documents, documents[0]!.msk.cluster!);
    },
  };
}
