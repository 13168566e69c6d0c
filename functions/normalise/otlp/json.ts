import { RefusedRecordError } from '../../shared/domain/errors.ts';
import { isObject, type JsonObject } from '../../shared/domain/json-object.ts';
import { shown } from '../../shared/domain/shown.ts';
import { type AnyValue, type Attribute, msOfNs, textOf, tooDeep, valueLevelsMax, wholeNumber } from './model.ts';

/** The longest list of small numbers in a message, as for protobuf. */
const listMax = 10_000;

/**
 * Returns a field of a message in JSON. The encoding demands `lowerCamelCase`; the names of the protocol files are read too,
 * because some senders write them.
 * @param name in `lowerCamelCase`
 */
export function fieldOf(message: JsonObject, name: string): unknown {
  if (Object.hasOwn(message, name)) return message[name];
  const snake = snakeOf(name);
  return Object.hasOwn(message, snake) ? message[snake] : undefined;
}

const snakes = new Map<string, string>();

function snakeOf(name: string): string {
  let snake = snakes.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakes.set(name, snake);
  }
  return snake;
}

/** Returns the refusal of a field that has another type than the protocol gives it. */
function refused(name: string, expected: string, value: unknown): RefusedRecordError {
  return new RefusedRecordError('not OTLP', `${name}: expected ${expected}, got ${shown(value)}`);
}

/** Returns the messages in a list; none if the field is absent. @throws {RefusedRecordError} `not OTLP` */
export function messagesAt(message: JsonObject, name: string): readonly JsonObject[] {
  const value = fieldOf(message, name);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw refused(name, 'a list', value);
  for (const entry of value) if (!isObject(entry)) throw refused(name, 'a list of objects', entry);
  return value as JsonObject[];
}

/** Returns a message; `undefined` if the field is absent. @throws {RefusedRecordError} `not OTLP` */
export function messageAt(message: JsonObject, name: string): JsonObject | undefined {
  const value = fieldOf(message, name);
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw refused(name, 'an object', value);
  return value;
}

/** Returns a text; empty if the field is absent. @throws {RefusedRecordError} `not OTLP` */
export function textAt(message: JsonObject, name: string): string {
  const value = fieldOf(message, name) ?? '';
  if (typeof value !== 'string') throw refused(name, 'a text', value);
  return value;
}

/**
 * Returns a number. Whole numbers of 64 bits are texts in JSON, and so are `NaN` and `Infinity`.
 * @returns `undefined` if the field is absent
 * @throws {RefusedRecordError} `not OTLP`
 */
export function numberAt(message: JsonObject, name: string): number | undefined {
  const value = fieldOf(message, name);
  return value === undefined || value === null ? undefined : toNumber(value, name);
}

function toNumber(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw refused(name, 'a number, or its digits', value);
  return number;
}

/** Returns the numbers in a list; `undefined` if the field is absent. @throws {RefusedRecordError} `not OTLP` */
export function numbersAt(message: JsonObject, name: string): number[] | undefined {
  const value = fieldOf(message, name);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > listMax) throw refused(name, `a list of at most ${listMax}`, value);
  return value.map((entry) => toNumber(entry, name));
}

/** Returns a time as ms since 1970; 0 if the field is absent. @throws {RefusedRecordError} `not OTLP` */
export const timeMsAt = (message: JsonObject, name: string): number => msOfNs(numberAt(message, name) ?? 0);

/**
 * Returns an enumerated value as its number: senders write its number or its name.
 * @param names of the numbers, from 0
 * @throws {RefusedRecordError} `not OTLP`
 */
export function enumAt(message: JsonObject, name: string, names: readonly string[]): number {
  const value = fieldOf(message, name) ?? 0;
  const nth = typeof value === 'string' ? names.indexOf(value) : -1;
  return nth >= 0 ? nth : toNumber(value, name);
}

/** Returns the attributes of a message. @throws {RefusedRecordError} `not OTLP` or `nested too deep` */
export function attributesAt(message: JsonObject, name = 'attributes'): Attribute[] {
  return messagesAt(message, name).map((entry) => [textAt(entry, 'key'), textOf(anyAt(entry, 'value'))]);
}

/**
 * Returns an `AnyValue`.
 * @throws {RefusedRecordError} `not OTLP` or `nested too deep`
 */
export function anyAt(message: JsonObject, name: string, levels = 0): AnyValue {
  const value = messageAt(message, name);
  return value === undefined ? null : toAny(value, levels);
}

function toAny(value: JsonObject, levels: number): AnyValue {
  if (levels > valueLevelsMax) throw tooDeep();
  const text = fieldOf(value, 'stringValue');
  if (text !== undefined) return typeof text === 'string' ? text : textAt(value, 'stringValue');
  const bool = fieldOf(value, 'boolValue');
  if (typeof bool === 'boolean') return bool;
  const whole = fieldOf(value, 'intValue');
  if (whole !== undefined && whole !== null) return wholeOf(whole);
  const double = numberAt(value, 'doubleValue');
  if (double !== undefined) return double;
  const list = messageAt(value, 'arrayValue');
  if (list !== undefined) return messagesAt(list, 'values').map((entry) => toAny(entry, levels + 1));
  const map = messageAt(value, 'kvlistValue');
  if (map !== undefined) return mapOf(map, levels + 1);
  const bytes = fieldOf(value, 'bytesValue');
  return bytes === undefined ? null : Buffer.from(textAt(value, 'bytesValue'), 'base64').toString('base64');
}

function wholeOf(value: unknown): AnyValue {
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return wholeNumber(BigInt(value));
  return toNumber(value, 'intValue');
}

function mapOf(map: JsonObject, levels: number): AnyValue {
  const values: Record<string, AnyValue> = Object.create(null);
  for (const entry of messagesAt(map, 'values')) values[textAt(entry, 'key')] = anyAt(entry, 'value', levels);
  return values;
}
