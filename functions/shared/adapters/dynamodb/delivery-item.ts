import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ClaimedState, DeliveryItem } from '../../ports/deliveries.ts';
import { type Attributes, numberOf } from './attributes.ts';

/** A delivery item as it is stored. */
export type StoredDelivery = DeliveryItem & ClaimedState;

/** An alert's id has no slash, whatever a receiver is named. */
export const deliveryKey = (receiver: string, alertId: string): Record<string, AttributeValue> => ({
  key: { S: `${alertId}/${receiver}` },
});

export function decodeDelivery(attributes: Attributes = {}): StoredDelivery {
  const givenUp = (attributes.givenUp?.NS ?? []).map(Number);
  const owner = attributes.leaseOwner?.S;
  return {
    receiver: attributes.receiver?.S ?? '',
    alertId: attributes.alertId?.S ?? '',
    acknowledgedRevision: numberOf(attributes.acknowledged) ?? 0,
    givenUpRevision: Math.max(0, ...givenUp),
    attempts: numberOf(attributes.attempts) ?? 0,
    givenUp,
    claimedRevision: numberOf(attributes.claimed) ?? 0,
    lease: owner === undefined ? undefined : { owner, untilMs: numberOf(attributes.leaseUntilMs) ?? 0 },
  };
}
