import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as DynamoDB returns it. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

export const number = (value: number): AttributeValue => ({ N: String(value) });

export const numberOf = (value: AttributeValue | undefined): number | undefined =>
  value?.N === undefined ? undefined : Number(value.N);
