import { type Health, ledgerHealth, receiverHealth, type StageHealth, statusOf } from '../functions/api/health.ts';
import type { DeliveryTables } from '../functions/api/receivers.ts';
import type { Ports } from '../functions/shared/ports/index.ts';
import type { OpenStage } from './lambda/stages.ts';

/** Returns the health of the flow in one process, from the sources of its stages, the ledger and the receivers' records. */
export async function healthOf(
  stages: readonly OpenStage[],
  { ledger, clock, settings, receivers, deliveries }: Pick<Ports, 'ledger' | 'clock' | 'settings'> & DeliveryTables,
): Promise<Pick<Health, 'status' | 'stages' | 'receivers' | 'pending' | 'full'>> {
  const known = byName(await Promise.all(stages.map((stage) => stage.health())));
  const isHeldUp = known.some(
    ({ trouble, sources }) => trouble !== undefined || sources.some((source) => source.trouble !== undefined),
  );
  const names = settings.receivers.map(({ name }) => name);
  const receiverStates = await receiverHealth({ receivers, deliveries, names });
  const { pending, full } = await ledgerHealth(ledger, clock);
  const status = statusOf(isHeldUp, { receivers: receiverStates, full }, clock.nowMs());
  return { status, stages: known, receivers: receiverStates, pending, full };
}

/** Merges stages of the same name: a function that reads topics and a queue is one stage with the sources of both. */
function byName(stages: readonly StageHealth[]): StageHealth[] {
  return [...Map.groupBy(stages, ({ name }) => name)].map(([name, parts]) => {
    const trouble = parts.find((part) => part.trouble !== undefined)?.trouble;
    return {
      name,
      ...(trouble === undefined ? {} : { trouble }),
      sources: parts.flatMap(({ sources }) => sources),
    };
  });
}
