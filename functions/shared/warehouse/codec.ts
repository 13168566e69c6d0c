import type { WarehouseDocument } from '../ports/warehouse.ts';
import type { Field } from './field.ts';

/** A document, or an object within one, while it is written. */
export type WritableDocument = Record<string, unknown>;

/**
 * A value of a contract as it is stored in a document: its fields, how they are written, and how they are read back.
 * The fields of an index template, of the documentation, of the writer and of the reader all come from here.
 */
export interface FieldCodec<Value> {
  readonly fields: readonly Field[];
  /** Adds the fields of the value to a document. */
  write(value: Value, into: WritableDocument): void;
  /** Returns the value; `undefined` where the document does not have it. */
  read(from: WarehouseDocument): Value | undefined;
}

/** A codec of a value that every document has. */
export interface RequiredCodec<Value> extends FieldCodec<Value> {
  read(from: WarehouseDocument): Value;
}

/** The codec of each property of a contract. A property that is forgotten is a type error. */
export type CodecsOf<Contract> = {
  readonly [Property in keyof Contract]-?: FieldCodec<Exclude<Contract[Property], undefined>>;
};

/** A field that is computed from the contract: it is written for searches and never read back. */
export interface ComputedField<Contract> {
  readonly fields: readonly Field[];
  write(contract: Contract, into: WritableDocument): void;
}

/**
 * Returns a field that is written from the contract and never read back.
 * @param derive returns `undefined` where a document gets no such field
 */
export function computed<Contract, Value>(
  codec: FieldCodec<Value>,
  derive: (contract: Contract) => Value | undefined,
): ComputedField<Contract> {
  return {
    fields: codec.fields,
    write(contract, into) {
      const value = derive(contract);
      if (value !== undefined) codec.write(value, into);
    },
  };
}

/** Returns the codec of an object, made of the codecs of its properties. A property that is `undefined` gets no field. */
export function objectCodec<Contract extends object>(
  codecs: CodecsOf<Contract>,
  computedFields: readonly ComputedField<Contract>[] = [],
): RequiredCodec<Contract> {
  const properties = Object.keys(codecs) as (keyof Contract)[];
  const parts = [...properties.map((property) => codecs[property]), ...computedFields];
  return {
    fields: parts.flatMap(({ fields }) => fields),
    write(contract, into) {
      for (const property of properties) {
        const value = contract[property];
        if (value !== undefined) codecs[property].write(value as Exclude<Contract[keyof Contract], undefined>, into);
      }
      for (const field of computedFields) field.write(contract, into);
    },
    read(from) {
      const contract: Partial<Contract> = {};
      for (const property of properties) {
        const value = codecs[property].read(from);
        if (value !== undefined) contract[property] = value;
      }
      return contract as Contract;
    },
  };
}

/** One kind of document: how a contract becomes a document and is read back. Nothing of the contract is lost. */
export interface DocumentOf<Contract> {
  readonly fields: readonly Field[];
  readonly write: (contract: Contract) => WarehouseDocument;
  readonly read: (document: WarehouseDocument) => Contract;
}

/**
 * Returns a kind of document: flat, with dotted names, those of ECS where it has one, and ISO dates.
 *
 * Only Offbeat's own functions write documents, so a value is not checked when it is read back.
 * @see docs/decisions/0003-flat-dotted-documents.md
 */
export function documentOf<Contract extends object>(
  codecs: CodecsOf<Contract>,
  computedFields: readonly ComputedField<Contract>[],
): DocumentOf<Contract> {
  const { fields, write, read } = objectCodec(codecs, computedFields);
  return {
    fields,
    write(contract) {
      const document: WritableDocument = {};
      write(contract, document);
      return document;
    },
    read,
  };
}
