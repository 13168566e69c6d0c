const newline = 0x0a;
const carriageReturn = 0x0d;

/** A line without its end. */
export interface Line {
  /** Counted from 1, empty ones included. */
  readonly number: number;
  /** `undefined` for a line that is longer than a line may be: nothing of it is kept. */
  readonly bytes: Buffer | undefined;
  readonly length: number;
}

const nothing: Buffer = Buffer.alloc(0);

/**
 * Cuts a text that arrives in pieces into its lines, without the empty ones. It keeps only the line that is not ended
 * yet, and of that no more than a line may have. A run of empty lines costs a comparison a byte.
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
  /** The part of the line that came in earlier pieces: copied, because a small piece keeps a large one in memory. */
  #begun: Buffer = nothing;
  #begunBytes = 0;

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** Goes on with the next piece, once there is no line any more in the last one. */
  feed(piece: Buffer): void {
    this.#piece = piece;
    this.#from = 0;
  }

  /** @returns the next line that has ended; `undefined` where the next piece is needed */
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

  /** @returns the last line, where no newline ends it */
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

  /** Doubles what holds the line that has begun. @param used bytes to keep */
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
