/** Writes numbers and text one after the other, little-endian; grows as needed. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = 4096) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  uint(value: number): this {
    this.#length = this.#room(4).writeUInt32LE(value, this.#length);
    return this;
  }

  flag(value: boolean): this {
    this.#length = this.#room(1).writeUInt8(Number(value), this.#length);
    return this;
  }

  double(value: number): this {
    this.#length = this.#room(8).writeDoubleLE(value, this.#length);
    return this;
  }

  text(value: string): this {
    const length = Buffer.byteLength(value);
    this.uint(length);
    this.#room(length).write(value, this.#length);
    this.#length += length;
    return this;
  }

  doubles(values: Float64Array): this {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#room(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Begins anew. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /** Returns what was written since it began, as bytes of its own. */
  take(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  #room(bytes: number): Buffer {
    if (this.#length + bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#length + bytes));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    return this.#buffer;
  }
}

/** Reads what {@link ByteWriter} wrote. @throws {RangeError} past the end */
export class ByteReader {
  readonly #buffer: Buffer;
  /** Every text once: clusters, datasets and dimensions repeat in each group, and all of them stay in memory. */
  readonly #texts = new Map<string, string>();
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint(): number {
    this.#at += 4;
    return this.#buffer.readUInt32LE(this.#at - 4);
  }

  flag(): boolean {
    this.#at += 1;
    return this.#buffer.readUInt8(this.#at - 1) !== 0;
  }

  double(): number {
    this.#at += 8;
    return this.#buffer.readDoubleLE(this.#at - 8);
  }

  text(): string {
    const length = this.uint();
    const text = this.#take(length).toString();
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }

  doubles(count: number): Float64Array {
    const values = new Float64Array(count);
    new Uint8Array(values.buffer).set(this.#take(8 * count));
    return values;
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#buffer.length) {
      throw new RangeError(`cut short: expected ${length} bytes at ${this.#at}, got ${this.#buffer.length - this.#at}`);
    }
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }
}
