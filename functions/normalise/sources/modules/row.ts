import type { EntityKind } from '../../../shared/domain/entity.ts';
import type { Dimensions } from '../../../shared/domain/series.ts';
import type { FlatDocument } from '../../document/flatten.ts';

/**
 * The place of an entity's name.
 *
 * - `host`: in the fields of the host
 * - `service`: in the address of the service
 * - `paths`: in the first of these fields, else, with `orService`, in the address of the service
 * - `addressAt`: in the fields `ip` and `port` of an object
 */
export type NameRule =
  | 'host'
  | 'service'
  | { readonly paths: readonly string[]; readonly orService?: boolean; readonly expected: string }
  | { readonly addressAt: string; readonly expected: string };

/** The entity and the dimensions that the documents of a dataset describe. */
export interface DatasetRow {
  readonly datasets: readonly string[];
  readonly kind: EntityKind;
  readonly name: NameRule;
  /** The fields with each dimension. The first one that has a text counts; older versions have other names. */
  readonly dimensions?: Readonly<Record<string, readonly string[]>>;
  /** The field with the name of a Java bean, whose keys are dimensions. */
  readonly bean?: string;
  /** Means that identity words of the document are dimensions, too. */
  readonly isOpen?: boolean;
  /** Returns the dimensions that only some documents have. */
  readonly more?: (document: FlatDocument) => Dimensions;
  /** Returns the measurements without those that repeat another document, or that are not known yet. */
  readonly keep?: (
    measurements: Readonly<Record<string, number>>,
    document: FlatDocument,
  ) => Readonly<Record<string, number>>;
}
