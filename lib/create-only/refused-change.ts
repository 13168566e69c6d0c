import type { Value } from './record.ts';

/** A resource by its key in the record, `STACK/LOGICAL ID`, and its type. */
export interface Named {
  readonly id: string;
  readonly type: string;
}

/** A property and its values; `undefined` if it was, or would be, absent. */
export interface ChangedProperty {
  readonly property: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** A change that replaces or loses something, or that AWS refuses. */
export type RefusedChange = Named &
  (
    | { readonly kind: 'gone' }
    | (ChangedProperty & {
        readonly kind: 'replaced';
        /** A flag: AWS changes the property in place in some cases. */
        readonly isConditional: boolean;
        /** The resources that would be replaced too, because one of their own create-only properties refers to this one. */
        readonly alsoReplaced: readonly Named[];
      })
    | (ChangedProperty & {
        readonly kind: 'lossy';
        /** The consequence of the change. */
        readonly loss: string;
        /** A sentence; `undefined` if the remedy is the common one. */
        readonly remedy: string | undefined;
      })
    | { readonly kind: 'mode'; readonly before: string; readonly after: string }
    | {
        readonly kind: 'older';
        /** The property of the version. */
        readonly property: string;
        readonly before: string;
        readonly after: string;
      }
    /** The disks of the brokers, in GiB. */
    | { readonly kind: 'disk'; readonly before: number; readonly after: number }
    /** Another consumer group of an event source mapping. */
    | { readonly kind: 'other group'; readonly before: string; readonly after: string }
    | {
        readonly kind: 'other reader';
        readonly group: string;
        /** The mapping that would read the group, by its key: another one, or the same one, which would be replaced. */
        readonly reader: string;
        readonly changed: readonly ChangedProperty[];
      }
    | { readonly kind: 'combined'; readonly updates: readonly string[] }
  );
