const newline = 0x0a;
const carriageReturn = 0x0d;

/** A line without its line break. */
export interface Line {
  /** The number of the line, from 1. Empty lines count too. */
  readonly number: number;
  /** The content; `undefined` for a line above the limit, of which nothing is kept. */
  readonly bytes: Buffer | undefined;
  readonly length: number;
}

const nothing: Buffer = Buffer.alloc(0);

/**
 * Divides a text that arrives in pieces into its lines, and leaves out the empty ones. It keeps only the line that has not
 * ended yet, and of that line at most `lineBytesMax` bytes. A sequence of empty lines costs one comparison for each byte.
 * @example
 * const cutter = new LineCutter(100);
 * cutter.feed(Buffer.from('a\n\nb'));
 * cutter.next(); // => { number: 1, bytes: <a>, length: 1 }
 * cutter.next(); // => undefined: more is needed
 * cutter.end(); // => { number: 3, bytes: <b>, length: 1 }
 */
export class LineCutter {
  readonly #lineBytesMax: number;
  #number = 1;
  #piece: Buffer = nothing;
  #from = 0;
  /** The part of the line that arrived in earlier pieces. It is a copy, because a slice would keep its whole piece in memory. */
  #begun: Buffer = nothing;
  #begunBytes = 0;

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** Gives the next piece. The caller has called `next` before until it returned `undefined`. */
  feed(piece: Buffer): void {
    this.#piece = piece;
    this.#from = 0;
  }

  /** Returns the next line that has ended; `undefined` if the next piece is needed. */
  next(): Line | undefined {
    while (this.#from < this.#piece.length) {
      if (this.#begunBytes === 0) this.#skipEmpty();
      const end = this.#piece.indexOf(newline, this.#from);
      const rest = this.#piece.subarray(this.#from, end < 0 ? undefined : end);
      if (end < 0) {
        this.#begin(rest);
        break;
      }
      this.#from = end + 1;
      const line = this.#ended(rest);
      this.#number += 1;
      if (line !== undefined) return line;
    }
    this.#piece = nothing;
    return undefined;
  }

  /** Returns the last line, if no line break ends it. */
  end(): Line | undefined {
    return this.#ended(nothing);
  }

  #skipEmpty(): void {
    const piece = this.#piece;
    let at = this.#from;
    while (piece[at] === newline || (piece[at] === carriageReturn && piece[at + 1] === newline)) {
      this.#number += 1;
      at += piece[at] === newline ? 1 : 2;
    }
    this.#from = at;
  }

  #begin(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const at = this.#begunBytes;
    this.#begunBytes += bytes.length;
    if (this.#begunBytes > this.#lineBytesMax) {
      this.#begun = nothing;
      return;
    }
    if (this.#begunBytes > this.#begun.length) this.#grow(at);
    bytes.copy(this.#begun, at);
  }

  /** Doubles the buffer of the line that has begun. @param used the number of bytes to keep */
  #grow(used: number): void {
    const larger = Buffer.allocUnsafe(Math.min(2 * this.#begunBytes, this.#lineBytesMax));
    this.#begun.copy(larger, 0, 0, used);
    this.#begun = larger;
  }

  #ended(rest: Buffer): Line | undefined {
    let bytes = rest;
    if (this.#begunBytes > 0) {
      this.#begin(rest);
      bytes = Buffer.from(this.#begun.subarray(0, this.#begunBytes));
    }
    const length = this.#begunBytes === 0 ? rest.length : this.#begunBytes;
    this.#begun = nothing;
    this.#begunBytes = 0;
    if (length > this.#lineBytesMax) return { number: this.#number, bytes: undefined, length };
    const isEmpty = length === 0 || (length === 1 && bytes[0] === carriageReturn);
    return isEmpty ? undefined : { number: this.#number, bytes, length };
  }
}
