/** Writes numbers and texts one after the other into a buffer that grows as needed. Numbers are little-endian. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = 4096) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  uint(value: number): this {
    this.#length = this.#reserve(4).writeUInt32LE(value, this.#length);
    return this;
  }

  flag(value: boolean): this {
    this.#length = this.#reserve(1).writeUInt8(Number(value), this.#length);
    return this;
  }

  double(value: number): this {
    this.#length = this.#reserve(8).writeDoubleLE(value, this.#length);
    return this;
  }

  text(value: string): this {
    const length = Buffer.byteLength(value);
    this.uint(length);
    this.#reserve(length).write(value, this.#length);
    this.#length += length;
    return this;
  }

  doubles(values: Float64Array): this {
    return this.bytes(values);
  }

  /** Writes numbers as they are in memory. */
  bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): this {
    this.#reserve(byteLength).set(new Uint8Array(buffer, byteOffset, byteLength), this.#length);
    this.#length += byteLength;
    return this;
  }

  /** Discards all that was written. The buffer keeps its length. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /** Returns a copy of all that was written. */
  toBuffer(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  /** Makes sure that this many bytes more fit. */
  #reserve(bytes: number): Buffer {
    if (this.#length + bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#length + bytes));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    return this.#buffer;
  }
}

/**
 * Reads what {@link ByteWriter} wrote.
 * @throws {RangeError} at the end of the bytes
 */
export class ByteReader {
  readonly #buffer: Buffer;
  /** Each different text once, because clusters, datasets and dimensions repeat in every group and stay in memory. */
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
    const text = this.#read(length).toString();
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }

  doubles(count: number): Float64Array {
    const values = new Float64Array(count);
    this.fill(values);
    return values;
  }

  /** Reads as many numbers as an array has, as they were in memory. */
  fill({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
    new Uint8Array(buffer, byteOffset, byteLength).set(this.#read(byteLength));
  }

  #read(length: number): Buffer {
    if (this.#at + length > this.#buffer.length) {
      throw new RangeError(`cut short: expected ${length} bytes at ${this.#at}, got ${this.#buffer.length - this.#at}`);
    }
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }
}
