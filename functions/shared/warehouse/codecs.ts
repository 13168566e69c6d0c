import type { WarehouseDocument } from '../ports/warehouse.ts';
import type { FieldCodec, RequiredCodec, WritableDocument } from './codec.ts';
import type { Field } from './field.ts';

/** The two directions between a value and its stored form. */
interface Form<Value, Stored> {
  readonly store: (value: Value) => Stored;
  readonly restore: (stored: Stored) => Value;
}

/** Returns the codec of a value that is stored in one field. */
function inField<Value, Stored>(field: Field, { store, restore }: Form<Value, Stored>): FieldCodec<Value> {
  const { name } = field;
  return {
    fields: [field],
    write(value, into) {
      into[name] = store(value);
    },
    read(from) {
      const stored = from[name];
      return stored === undefined ? undefined : restore(stored as Stored);
    },
  };
}

/** Returns the codec of a value that is stored as it is. */
function asItIs<Value>(field: Field): FieldCodec<Value> {
  return inField<Value, Value>(field, { store: (value) => value, restore: (stored) => stored });
}

/** Returns the codec of a text, or of a list of texts, that is searched as a whole. */
export const keyword = <Value extends string | string[]>(name: string, meaning: string): FieldCodec<Value> =>
  asItIs({ name, type: 'keyword', meaning });

/** Returns the codec of a sentence, or of a list of them, which is searched as a whole and by its words. */
export const text = <Value extends string | string[] = string>(name: string, meaning: string): FieldCodec<Value> =>
  asItIs({ name, type: 'text', meaning });

/** Returns the codec of a boolean. */
export const boolean = (name: string, meaning: string): FieldCodec<boolean> =>
  asItIs({ name, type: 'boolean', meaning });

/** Returns the codec of a whole number. */
export const long = (name: string, meaning: string, unit = '1'): FieldCodec<number> =>
  asItIs({ name, type: 'long', meaning, unit });

/** Returns the codec of a number. */
export const double = (name: string, meaning: string, unit = '1'): FieldCodec<number> =>
  asItIs({ name, type: 'double', meaning, unit });

/** Returns the codec of a time in ms since 1970, which is stored as an ISO date. */
export const date = (name: string, meaning: string): FieldCodec<number> =>
  inField<number, string>(
    { name, type: 'date', meaning },
    { store: (timeMs) => new Date(timeMs).toISOString(), restore: Date.parse },
  );

const nsInMs = 1_000_000;

/** Returns the codec of a duration in ms, which is stored in ns, as ECS has it. */
export const duration = (name: string, meaning: string): FieldCodec<number> =>
  inField<number, number>(
    { name, type: 'long', meaning, unit: 'ns' },
    { store: (durationMs) => durationMs * nsInMs, restore: (durationNs) => durationNs / nsInMs },
  );

/** Returns the codec of texts by name that are searched as `name.TEXT`, without a field of the index for each. */
export const flat = <Value extends Texts>(name: string, meaning: string): FieldCodec<Value> =>
  asItIs({ name, type: 'flat', meaning });

/** Returns the codec of an object that is returned with its document and never searched. */
export const kept = <Value extends object>(name: string, meaning: string): FieldCodec<Value> =>
  asItIs({ name, type: 'kept', meaning });

/** Texts by name, where the names come from beats or operators. */
type Texts<Value extends string = string> = Record<string, Value>;

/** Returns the codec of texts by name: a field for each under `name`. A document without any is read as `{}`. */
export function texts(name: string, meaning: string, type: 'keyword' | 'kept'): RequiredCodec<Texts> {
  const field: Field =
    type === 'keyword' ? { name, type: 'named by others', below: 'keyword', meaning } : { name, type, meaning };
  return { fields: [field], ...under<string>(name) };
}

/** Returns the codec of texts by name that are never searched. A document without any is read as `undefined`. */
export function optionalTexts<Value extends string>(name: string, meaning: string): FieldCodec<Texts<Value>> {
  const { write, read } = under<Value>(name);
  return {
    fields: [{ name, type: 'kept', meaning }],
    write,
    read(from) {
      const found = read(from);
      return Object.keys(found).length === 0 ? undefined : found;
    },
  };
}

/** Returns how the entries of an object become fields under `name` and are read back. */
function under<Value>(name: string) {
  const prefix = `${name}.`;
  return {
    write(entries: Readonly<Record<string, Value>>, into: WritableDocument): void {
      for (const entry in entries) into[prefix + entry] = entries[entry];
    },
    read(from: WarehouseDocument): Record<string, Value> {
      const found = Object.entries(from).filter(([field]) => field.startsWith(prefix));
      return Object.fromEntries(found.map(([field, value]) => [field.slice(prefix.length), value as Value]));
    },
  };
}

/** Returns the codec of an object that is stored as an object under `name`, not flat. */
export function nested<Item extends object>(name: string, item: FieldCodec<Item>): FieldCodec<Item> {
  return {
    fields: fieldsUnder(name, item),
    write(value, into) {
      into[name] = written(item, value);
    },
    read(from) {
      const stored = from[name];
      return stored === undefined ? undefined : item.read(stored as WarehouseDocument);
    },
  };
}

/** Returns the codec of a list of objects under `name`. An index searches each field of theirs over the whole list. */
export function list<Item extends object>(name: string, item: FieldCodec<Item>): FieldCodec<Item[]> {
  return {
    fields: fieldsUnder(name, item),
    write(values, into) {
      into[name] = values.map((value) => written(item, value));
    },
    read(from) {
      const stored = from[name] as readonly WarehouseDocument[] | undefined;
      return stored?.flatMap((each) => item.read(each) ?? []);
    },
  };
}

const fieldsUnder = (name: string, { fields }: Pick<FieldCodec<never>, 'fields'>): Field[] =>
  fields.map((field) => ({ ...field, name: `${name}.${field.name}` }));

function written<Item extends object>(item: FieldCodec<Item>, value: Item): WritableDocument {
  const object: WritableDocument = {};
  item.write(value, object);
  return object;
}
