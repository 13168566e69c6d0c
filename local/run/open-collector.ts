import { openAccountCollector } from '../../functions/collect/account-collector.ts';
import type { Collector } from '../../functions/collect/collected.ts';
import { type CollectorPorts, openCollector } from '../../functions/collect/collector.ts';
import { isOfAccount, targetOf } from '../../functions/collect/parse-target.ts';
import type { CollectSettings } from '../../functions/shared/domain/collect-settings.ts';

/**
 * Returns the collector of any target. AWS is asked with the credentials of this process.
 * @throws {UsageError} for a target that is no address, or without a region
 */
export const openAnyCollector = (settings: CollectSettings, ports: CollectorPorts): Collector =>
  isOfAccount(targetOf(settings.target))
    ? openAccountCollector(settings, { clock: ports.clock, env: process.env })
    : openCollector(settings, ports);
