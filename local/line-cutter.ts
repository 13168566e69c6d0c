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

/**
 * Cuts a text that arrives in pieces into its lines, without the empty ones. It keeps only the line that is not ended
 * yet, and of that no more than a line may have. A run of empty lines costs a comparison a byte.
 */
export class LineCutter {
  readonly #lineBytesMax: number;
  #number = 1;
  #begun: Buffer[] = [];
  #begunBytes = 0;

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** Yields the lines that end in the next piece. */
  *cut(piece: Buffer): Generator<Line, void> {
    let from = 0;
    while (from < piece.length) {
      if (this.#begunBytes === 0) from = this.#skipEmpty(piece, from);
      const end = piece.indexOf(newline, from);
      this.#begin(piece.subarray(from, end < 0 ? piece.length : end));
      if (end < 0) return;
      const line = this.#take();
      if (line !== undefined) yield line;
      this.#number += 1;
      from = end + 1;
    }
  }

  /** The last line, where no newline ends it. */
  end(): Line | undefined {
    return this.#take();
  }

  /** @returns where the next line that may not be empty begins */
  #skipEmpty(piece: Buffer, from: number): number {
    let at = from;
    while (piece[at] === newline || (piece[at] === carriageReturn && piece[at + 1] === newline)) {
      this.#number += 1;
      at += piece[at] === newline ? 1 : 2;
    }
    return at;
  }

  #begin(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#begunBytes += bytes.length;
    if (this.#begunBytes > this.#lineBytesMax) this.#begun = [];
    else this.#begun.push(bytes);
  }

  #take(): Line | undefined {
    const [begun, length] = [this.#begun, this.#begunBytes];
    this.#begun = [];
    this.#begunBytes = 0;
    if (length > this.#lineBytesMax) return { number: this.#number, bytes: undefined, length };
    const bytes = begun.length === 1 ? begun[0]! : Buffer.concat(begun);
    const isEmpty = length === 0 || (length === 1 && bytes[0] === carriageReturn);
    return isEmpty ? undefined : { number: this.#number, bytes, length };
  }
}
