import type { OwnStatus } from '../../answers/overview.ts';
import type { Health } from '../../health.ts';

/** Returns the status of Offbeat itself in a word, with its first reason and its largest lag. */
export function ownStatus(health: Health): OwnStatus {
  const { status, stages } = health;
  const lags = stages.flatMap(({ sources }) =>
    sources.map((source) => ('lagRecords' in source ? source.lagRecords : 0)),
  );
  const lagRecords = Math.max(0, ...lags);
  if (status === 'ok') return { status, lagRecords };
  const reason = reasonOf(health);
  return { status, ...(reason === undefined ? {} : { reason }), lagRecords };
}

function reasonOf({ status, stages, pending, receivers, full }: Health): string | undefined {
  for (const { name, trouble, sources } of stages) {
    const message = trouble ?? sources.find((source) => source.trouble !== undefined)?.trouble?.message;
    if (message !== undefined) return `stage ${name}: ${message}`;
  }
  const oldest = pending.toSorted((a, b) => b.ageMs - a.ageMs)[0];
  const late = oldest && `stage ${oldest.stage}: a transaction is not sent for ${Math.round(oldest.ageMs / 1_000)} s`;
  if (status === 'held up' && late !== undefined) return late;
  const failing = receivers.find(({ status }) => status !== 'ok');
  if (failing !== undefined) return `receiver ${failing.name} is ${failing.status}`;
  if (full[0] !== undefined)
    return `${full[0].entity ?? `partition ${full[0].partition}`} has as many series as are kept`;
  return late;
}
