import type * as z from 'zod';
import { hourMs } from '../../shared/domain/durations.ts';
import { UnavailableError } from '../../shared/domain/errors.ts';
import { kindAndOptions, type Receiver, receiverFacts } from '../../shared/domain/receivers/registry.ts';
import type { Warehouse } from '../../shared/ports/warehouse.ts';
import { attemptDocument } from '../../shared/warehouse/attempt-document.ts';
import type { receiversAnswer } from '../answers/operations.ts';
import type { Shown } from '../answers/shown.ts';
import { unsettledMax } from '../receivers.ts';
import type { RoutePorts } from '../routes/route.ts';

type Receivers = Shown<z.infer<typeof receiversAnswer>>;

/** The most deliveries of an hour that are counted. */
const countedMax = 1_000;

interface Delivered {
  readonly answeredStatus?: number;
  readonly deliveredLastHour: number | null;
  readonly lastSuccessMs?: number;
}

/** Returns the receivers of the settings, those that fail first. */
export async function findReceivers(
  { settings, deliveries, health, warehouse }: Pick<RoutePorts, 'settings' | 'deliveries' | 'health' | 'warehouse'>,
  nowMs: number,
): Promise<Receivers> {
  const [{ receivers: states }, unsettled, delivered] = await Promise.all([
    health(),
    deliveries.unsettled(unsettledMax),
    Promise.all(settings.receivers.map((receiver) => deliveredTo(receiver, warehouse, nowMs))),
  ]);
  const receivers = settings.receivers.map((receiver, nth) => {
    const { name } = receiver;
    const state = states.find((each) => each.name === name);
    const { answeredStatus, ...found } = delivered[nth]!;
    const own = unsettled.filter((item) => item.receiver === name);
    return {
      name,
      type: kindAndOptions(receiver).kind,
      target: receiverFacts(receiver).description,
      status: state?.status ?? 'ok',
      ...(state?.failingSinceMs !== undefined && { failingSinceMs: state.failingSinceMs }),
      ...(state?.reason !== undefined && { reason: state.reason }),
      waiting: state?.waiting ?? 0,
      givenUp: own.reduce((sum, { givenUp }) => sum + givenUp.length, 0),
      ...(state?.reason !== undefined && answeredStatus !== undefined && { answeredStatus }),
      ...found,
    };
  });
  const troubled = (status: string): number => Number(status === 'ok');
  return { receivers: receivers.toSorted((a, b) => troubled(a.status) - troubled(b.status)) };
}

async function deliveredTo({ name }: Receiver, warehouse: Warehouse | undefined, nowMs: number): Promise<Delivered> {
  if (warehouse === undefined) return { deliveredLastHour: null };
  const of = (outcome: string | readonly string[]) => {
    const match = { 'offbeat.delivery.outcome': outcome, 'offbeat.delivery.receiver': name };
    return { family: 'offbeat-deliveries', match, order: 'newest first' } as const;
  };
  const query = of('delivered');
  try {
    const ofHour = await warehouse.search({ ...query, fromMs: nowMs - hourMs, limit: countedMax });
    const [last] = ofHour.length > 0 ? ofHour : await warehouse.search({ ...query, limit: 1 });
    const lastSuccessMs = last === undefined ? undefined : attemptDocument.read(last).startedAtMs;
    const [refused] = await warehouse.search({ ...of(['failed', 'given up']), limit: 1 });
    const answeredStatus = refused === undefined ? undefined : attemptDocument.read(refused).status;
    return {
      deliveredLastHour: ofHour.length,
      ...(lastSuccessMs !== undefined && { lastSuccessMs }),
      ...(answeredStatus !== undefined && { answeredStatus }),
    };
  } catch (error) {
    if (error instanceof UnavailableError) return { deliveredLastHour: null };
    throw error;
  }
}
