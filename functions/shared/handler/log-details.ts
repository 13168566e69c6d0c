import { withoutPaths } from '../domain/withheld.ts';

const charactersMax = 4_000;
const itemsMax = 100;
const depthMax = 4;

/**
 * Returns the parts of a value that a log line may contain, so that a payload that was passed by mistake is not logged:
 *
 * - of an error its name, message, stack and code, without other fields that a client added;
 * - of bytes their number, of an instance its class;
 * - of a long text or list the beginning;
 * - of an address in a text the host.
 */
export function logDetails(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return clip(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return errorDetails(value);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (depth === depthMax) return '…';
  if (Array.isArray(value)) return value.slice(0, itemsMax).map((item) => logDetails(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `a ${value.constructor.name}`;
  const entries = Object.entries(value).slice(0, itemsMax);
  return Object.fromEntries(entries.map(([name, item]) => [name, logDetails(item, depth + 1)]));
}

function errorDetails(error: Error): Readonly<Record<string, unknown>> {
  const { name, message, stack } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name, message: clip(message), stack: clip(stack ?? ''), ...code };
}

function clip(text: string): string {
  return withoutPaths(text.length <= charactersMax ? text : `${text.slice(0, charactersMax)}…`);
}
