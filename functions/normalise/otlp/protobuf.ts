import protobuf from 'protobufjs/minimal.js';
import { RefusedRecordError } from '../../shared/domain/errors.ts';
import { type AnyValue, type Attribute, msOfNs, textOf, tooDeep, valueLevelsMax, wholeNumber } from './model.ts';

/** Reads the fields of messages, one after the other, and counts the messages. */
export type Reader = protobuf.Reader & { messages: number };

/**
 * Reads a field of a message into `into`.
 * @param tag the number of the field and the type of its encoding, as {@link tags} writes them
 * @returns whether it knows the field. A field that it does not know is skipped, as the protocol demands
 */
export type ReadField<T> = (reader: Reader, tag: number, into: T) => boolean;

/**
 * Tags of fields by the type of their encoding.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export const tags = {
  varint: (field: number): number => field * 8,
  fixed64: (field: number): number => field * 8 + 1,
  bytes: (field: number): number => field * 8 + 2,
  fixed32: (field: number): number => field * 8 + 5,
} as const;

/**
 * The most messages within a record, those of attributes and values included. A record of 4.5 MB has fewer, unless they are
 * empty: each of these would need a hundred times its two bytes.
 */
export const messagesMax = 1_000_000;

export const readerOf = (bytes: Buffer): Reader => Object.assign(protobuf.Reader.create(bytes), { messages: 0 });

/**
 * Reads a message that its length precedes.
 * @throws {RangeError} if it, or one of its fields, is longer than what contains it
 * @throws {RefusedRecordError} `too many fields`
 */
export function readMessage<T>(reader: Reader, into: T, readField: ReadField<T>): T {
  reader.messages += 1;
  if (reader.messages > messagesMax) throw tooManyMessages();
  const length = reader.uint32();
  return readFields(reader, reader.pos + length, into, readField);
}

/** Reads the fields up to the position `end`. */
export function readFields<T>(reader: Reader, end: number, into: T, readField: ReadField<T>): T {
  if (end > reader.len) throw new RangeError('a message is longer than its record');
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!readField(reader, tag, into)) skip(reader, tag);
  }
  if (reader.pos !== end) throw new RangeError('a field is longer than its message');
  return into;
}

/** The longest list of small numbers in a message: a histogram has a few hundred buckets. */
const packedMax = 10_000;

/**
 * Skips a field.
 * @throws {RangeError} for a group, which may contain groups without limit: the protocol has none
 */
function skip(reader: Reader, tag: number): void {
  const type = tag % 8;
  if (tag < 8 || type === 3 || type === 4 || type > 5) throw new RangeError(`a field has the unknown tag ${tag}`);
  reader.skipType(type);
}

/** Reads 64 bits as a number without a sign. It is exact to 53 bits. */
export function readFixed64(reader: Reader): number {
  const low = reader.fixed32();
  return reader.fixed32() * 2 ** 32 + low;
}

/** Reads 64 bits as a number with a sign. It is exact to 53 bits. */
export function readSignedFixed64(reader: Reader): number {
  const low = reader.fixed32();
  return reader.sfixed32() * 2 ** 32 + low;
}

export const readTimeMs = (reader: Reader): number => msOfNs(readFixed64(reader));

/**
 * Reads a packed list, and adds its numbers to those before it.
 * @returns `into`, or a new list
 */
export function readPacked(reader: Reader, into: number[] | undefined, read: () => number): number[] {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a list is longer than its record');
  const numbers = into ?? [];
  while (reader.pos < end) addTo(numbers, read());
  if (reader.pos !== end) throw new RangeError('a number is longer than its list');
  return numbers;
}

/**
 * Adds a number to a list that is not packed: every decoder must read both encodings.
 * @returns `into`, or a new list
 * @see https://protobuf.dev/programming-guides/encoding/#packed
 */
export function addTo(into: number[] | undefined, number: number): number[] {
  const numbers = into ?? [];
  numbers.push(number);
  if (numbers.length > packedMax) throw new RangeError(`a list has more than ${packedMax} numbers`);
  return numbers;
}

function tooManyMessages(): RefusedRecordError {
  const detail = `more than ${messagesMax} messages in one record, attributes and values included`;
  return new RefusedRecordError('too many fields', detail);
}

/** Reads a `KeyValue`. */
export function readAttribute(reader: Reader): Attribute {
  const { name, value } = readMessage(reader, { name: '', value: null as AnyValue, levels: 0 }, readNamedField);
  return [name, textOf(value)];
}

interface Named {
  name: string;
  value: AnyValue;
  readonly levels: number;
}

function readNamedField(reader: Reader, tag: number, into: Named): boolean {
  if (tag === 10) into.name = reader.string();
  else if (tag === 18) into.value = readAnyValue(reader, into.levels);
  else return false;
  return true;
}

/** Reads an `AnyValue`. @throws {RefusedRecordError} `nested too deep` */
export function readAnyValue(reader: Reader, levels = 0): AnyValue {
  if (levels > valueLevelsMax) throw tooDeep();
  return readMessage(reader, { value: null, levels }, readAnyField).value;
}

interface Any {
  value: AnyValue;
  readonly levels: number;
}

function readAnyField(reader: Reader, tag: number, into: Any): boolean {
  if (tag === 10) into.value = reader.string();
  else if (tag === 16) into.value = reader.bool();
  else if (tag === 24) into.value = wholeNumber(BigInt(String(reader.int64())));
  else if (tag === 33) into.value = reader.double();
  else if (tag === 42) {
    into.value = readMessage(reader, { values: [], levels: into.levels + 1 }, readListField).values;
  } else if (tag === 50) {
    into.value = readMessage(reader, { values: Object.create(null), levels: into.levels + 1 }, readMapField).values;
  } else if (tag === 58) into.value = Buffer.from(reader.bytes()).toString('base64');
  else return false;
  return true;
}

function readListField(reader: Reader, tag: number, into: { readonly values: AnyValue[]; levels: number }): boolean {
  if (tag === 10) into.values.push(readAnyValue(reader, into.levels));
  else return false;
  return true;
}

function readMapField(
  reader: Reader,
  tag: number,
  into: { readonly values: Record<string, AnyValue>; levels: number },
): boolean {
  if (tag !== 10) return false;
  const { name, value } = readMessage(
    reader,
    { name: '', value: null as AnyValue, levels: into.levels },
    readNamedField,
  );
  into.values[name] = value;
  return true;
}

/**
 * Runs a reader of protobuf.
 * @throws {RefusedRecordError} `not OTLP` in place of every error of the encoding
 */
export function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof RefusedRecordError) throw cause;
    const what = cause instanceof Error ? cause.message : 'malformed';
    throw new RefusedRecordError('not OTLP', `value: expected OTLP in protobuf: ${what}`, { cause });
  }
}
