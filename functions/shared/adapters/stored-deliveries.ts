import {
  acknowledged,
  claimed,
  type DeliveryItem,
  givenUp,
  judgeClaim,
  look,
  released,
  settledAs,
  waits,
} from '../domain/delivery.ts';
import {
  answered,
  failedAgain,
  isAway,
  probed,
  type ReceiverRecord,
  refusedOne,
  waitsUntilMs,
  withoutProbe,
} from '../domain/receiver-record.ts';
import type { Deliveries } from '../ports/deliveries.ts';
import type { Changed, DeliveryStore } from '../ports/delivery-store.ts';
import type { Admission, Receivers } from '../ports/receivers.ts';

/** Returns the port of deliveries over a store of their items. */
export function deliveriesOver(store: DeliveryStore): Deliveries {
  return {
    look: (key, held, receivedMs) => store.changeDelivery(key, (item) => ({ answer: look(item, held, receivedMs) })),
    claim: (key, request) =>
      store.changeDelivery(key, (item) => {
        const claim = judgeClaim(item, request);
        return claim.kind === 'claimed' ? { item: claimed(item, request), answer: claim } : { answer: claim };
      }),
    acknowledge: (key, held) => store.changeDelivery(key, (item) => knownElsewhere(acknowledged(item, held))),
    wait: (key, held, wait) =>
      store.changeDelivery(key, (item) => {
        const settled = settledAs(item, held.revision, held.firstPageRevision, held.isRedrive);
        return settled === undefined
          ? { item: waits(item, held, wait), answer: undefined }
          : { item: released(item, held.owner), answer: settled };
      }),
    release: (key, owner) => store.changeDelivery(key, (item) => done(released(item, owner))),
    giveUp: (key, held) => store.changeDelivery(key, (item) => knownElsewhere(givenUp(item, held))),
    read: (key) => store.changeDelivery(key, (item) => ({ answer: item })),
    unsettled: (limit) => store.unsettled(limit),
  };
}

/**
 * Returns the port of receivers over a store of their records. The record of a receiver without failures is read and not
 * written.
 */
export function receiversOver(store: DeliveryStore): Receivers {
  return {
    admit: (receiver, probing) =>
      store.changeReceiver<Admission>(receiver, (record) => {
        const untilMs = waitsUntilMs(record, probing);
        if (untilMs !== undefined) return { answer: { kind: 'waits', untilMs, reason: record.reason ?? 'away' } };
        const isProbe = isAway(record);
        const answer: Admission = { kind: 'admitted', isProbe, healthySinceMs: record.healthySinceMs };
        return isProbe ? { item: probed(record, probing), answer } : { answer };
      }),
    answered: (receiver, caller, refusal) =>
      store.changeReceiver(receiver, (record): Changed<ReceiverRecord, boolean> => {
        if (refusal !== undefined) return { item: refusedOne(record, caller, refusal), answer: isAway(record) };
        if (record.failures === 0 && record.refusals === undefined) return { answer: false };
        return { item: answered(record, caller), answer: isAway(record) };
      }),
    failed: (receiver, caller, reason) =>
      store.changeReceiver(receiver, (record) => {
        const item = failedAgain(record, caller, reason);
        return { item, answer: item };
      }),
    withdraw: (receiver, owner) =>
      store.changeReceiver(receiver, (record) => ({ item: withoutProbe(record, owner), answer: undefined })),
    records: (names) => store.receivers(names),
  };
}

const done = (item: DeliveryItem): Changed<DeliveryItem, void> => ({ item, answer: undefined });

const knownElsewhere = (item: DeliveryItem): Changed<DeliveryItem, void> => ({ ...done(item), isKnownElsewhere: true });
