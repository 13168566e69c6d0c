import type { Family } from '../ports/warehouse.ts';
import { alertDocument } from './alert-document.ts';
import { anomalyDocument } from './anomaly-document.ts';
import { attemptDocument } from './attempt-document.ts';
import { commonFields } from './common-fields.ts';
import type { Field } from './field.ts';
import { inventoryDocument } from './inventory-document.ts';
import { sampleDocument } from './sample-document.ts';
import { silenceDocument } from './silence-document.ts';
import { hourDocument, summaryDocument } from './summary-document.ts';

/** Returns the common fields and then those that only these documents have. */
function withCommon({ fields }: { readonly fields: readonly Field[] }): readonly Field[] {
  const names = new Set(commonFields.map(({ name }) => name));
  return [...commonFields, ...fields.filter(({ name }) => !names.has(name))];
}

/** Every field of every family. */
export const fieldsOf: Readonly<Record<Family, readonly Field[]>> = {
  'offbeat-samples': withCommon(sampleDocument),
  'offbeat-summaries': withCommon(summaryDocument),
  'offbeat-summaries-1h': withCommon(hourDocument),
  'offbeat-anomalies': withCommon(anomalyDocument),
  'offbeat-alerts': withCommon(alertDocument),
  'offbeat-silences': withCommon(silenceDocument),
  'offbeat-deliveries': withCommon(attemptDocument),
  'offbeat-inventory': withCommon(inventoryDocument),
};

/** Returns the field that stores `name` of a document; `undefined` where an index would refuse it. */
export function fieldFor(family: Family, name: string): Field | undefined {
  return fieldsOf[family].find(
    (known) => known.name === name || (hasNamesBelow(known) && name.startsWith(`${known.name}.`)),
  );
}

/** Returns whether a document may have fields under this one whose names come from beats or operators. */
export const hasNamesBelow = ({ type }: Field): boolean =>
  type === 'named by others' || type === 'kept' || type === 'flat';
