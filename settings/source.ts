import { type Document, isMap, isNode, isPair, isScalar, LineCounter } from 'yaml';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { printable } from '../functions/shared/domain/printable.ts';
import type { Path } from './schema.ts';

/** A named text, for messages with the line of a problem. Offsets are characters from its beginning. */
export class Source {
  readonly lines = new LineCounter();
  readonly #name: string;

  constructor(name: string) {
    this.#name = printable(name);
    this.lines.addNewLine(0);
  }

  /** Returns the line of an offset; the first is 1. */
  lineOf(offset: number): number {
    return this.lines.linePos(offset).line;
  }

  /** Returns the error for a problem: name, line, problem. */
  refusal(offset: number, problem: string, options?: ErrorOptions): UsageError {
    return new UsageError(`${this.#name}:${this.lineOf(offset)}: ${problem}`, options);
  }
}

/** Returns the offset of a key, or else of the nearest value around it. */
export function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    node = isPair(pair) ? pair.value : itemAt(node, step);
    offset = startOf(pair === undefined ? node : pair.key) ?? offset;
  }
  return offset;
}

/** Returns the offset of a node of a parsed text; `undefined` for any other value. */
export function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function itemAt(node: unknown, step: PropertyKey): unknown {
  const items = typeof node === 'object' && node !== null && 'items' in node ? node.items : undefined;
  return Array.isArray(items) ? items[Number(step)] : undefined;
}
