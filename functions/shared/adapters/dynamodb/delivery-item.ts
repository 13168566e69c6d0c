import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Claim, type Deliveries, type DeliveryItem, nobody } from '../../ports/deliveries.ts';
import { numberOf } from './ledger-item.ts';

export type ClaimRequest = Parameters<Deliveries['claim']>[0];

/** A delivery item as it is stored: beside what is listed, the lease. */
export interface StoredDelivery extends DeliveryItem {
  /** Every revision that was given up; an alert has few. */
  readonly givenUp: readonly number[];
  /** The highest revision ever claimed. */
  readonly claimed: number;
  readonly leaseOwner: string | undefined;
  readonly leaseUntilMs: number;
}

/** An alert's id has no slash, whatever a receiver is named. */
export const deliveryKey = (receiver: string, alertId: string): Record<string, AttributeValue> => ({
  key: { S: `${alertId}/${receiver}` },
});

export function decodeDelivery(attributes: Readonly<Record<string, AttributeValue>> = {}): StoredDelivery {
  const givenUp = (attributes.givenUp?.NS ?? []).map(Number);
  return {
    receiver: attributes.receiver?.S ?? '',
    alertId: attributes.alertId?.S ?? '',
    acknowledgedRevision: numberOf(attributes.acknowledged) ?? 0,
    givenUpRevision: Math.max(0, ...givenUp),
    attempts: numberOf(attributes.attempts) ?? 0,
    givenUp,
    claimed: numberOf(attributes.claimed) ?? 0,
    leaseOwner: attributes.leaseOwner?.S,
    leaseUntilMs: numberOf(attributes.leaseUntilMs) ?? 0,
  };
}

/** @returns why the lease may not be taken; `undefined` if it may */
export function refusalOf(
  { revision, owner, nowMs, evenIfGivenUp }: ClaimRequest,
  stored: StoredDelivery,
): Claim | undefined {
  if (revision === stored.acknowledgedRevision) return 'acknowledged';
  if (revision < stored.acknowledgedRevision) return 'superseded';
  if (stored.givenUp.includes(revision) && !evenIfGivenUp) return 'given up';
  const isHeld = stored.leaseOwner !== undefined && stored.leaseUntilMs > nowMs;
  const onlyWaits = stored.leaseOwner === nobody && revision > stored.claimed;
  return isHeld && stored.leaseOwner !== owner && !onlyWaits ? 'leased' : undefined;
}
