/*
 * The parts of a file that a message may show. It may be any file, and its values may be secrets, or addresses of
 * webhooks, which often are secrets too.
 */
import { printable } from '../functions/shared/domain/printable.ts';
import { privateReceiverOptions } from '../functions/shared/domain/receivers/registry.ts';
import { mayBeQuoted, notShown, quotedOrWithheld } from '../functions/shared/domain/withheld.ts';
import type { Path } from './schema.ts';

/** The longest key that is shown, in characters: keys of settings are shorter, most secrets longer. */
const keyLengthMax = 32;

/** Keys whose values are never shown, whatever they are. The deployment has a key `secret` too, and targets `password`. */
const privateKeys: readonly unknown[] = ['secret', 'password', ...privateReceiverOptions];

/** Returns a path as a person writes it: `receivers[0].webhook.url`. */
export function pathText(path: Path): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${keyText(String(step))}`,
    )
    .join('');
}

/** Returns a value as a message shows it, where another text, number, choice or length was expected at its path. */
export function valueText(value: unknown, path: Path): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return kindOf(value);
  const isPrivate = path.length === 0 || privateKeys.includes(path.at(-1));
  const text = typeof value === 'string' ? quotedOrWithheld(value) : String(value);
  return isPrivate ? notShown : text;
}

/** Returns the kind of a value alone. */
export function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

function keyText(key: string): string {
  if (/^[\w.-]+$/.test(key) && key.length <= keyLengthMax) return key;
  return mayBeQuoted(key, keyLengthMax) ? printable(JSON.stringify(key)) : '(a key that is not shown here)';
}
