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
 * Reads what {@link ByteWriter} wrote. A length is compared with the bytes that are left before anything is allocated for it.
 * @throws {RangeError} at the end of the bytes, and where a flag, a code or an index is none
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
    return this.#below(2, this.#byte(), 'a flag') === 1;
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

  /** Reads the number of an entry of a list, and returns the entry. */
  code<T>(list: readonly T[]): T {
    return list[this.#below(list.length, this.uint(), 'a code')]!;
  }

  /** Reads an index of a list with `length` entries. */
  index(length: number): number {
    return this.#below(length, this.uint(), 'an index');
  }

  /**
   * Reads a number of entries, and each of them.
   * @param bytesMin the least bytes of an entry, at least 1
   */
  list<T>(bytesMin: number, readEntry: () => T): T[] {
    return this.entries(this.uint(), bytesMin, readEntry);
  }

  /** Reads `count` entries of at least `bytesMin` bytes each. */
  entries<T>(count: number, bytesMin: number, readEntry: () => T): T[] {
    this.expect(count * bytesMin);
    return Array.from({ length: count }, readEntry);
  }

  doubles(count: number): Float64Array {
    this.expect(8 * count);
    const values = new Float64Array(count);
    this.fill(values);
    return values;
  }

  /** Reads as many numbers as an array has, as they were in memory. */
  fill({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
    new Uint8Array(buffer, byteOffset, byteLength).set(this.#read(byteLength));
  }

  /** Checks that this many bytes are left. */
  expect(bytes: number): void {
    const left = this.#buffer.length - this.#at;
    if (bytes > left) throw new RangeError(`cut short: expected ${bytes} bytes at ${this.#at}, got ${left}`);
  }

  /** Checks that no bytes are left. */
  end(): void {
    const left = this.#buffer.length - this.#at;
    if (left > 0) throw new RangeError(`expected its end at ${this.#at}, got ${left} bytes more`);
  }

  #byte(): number {
    this.#at += 1;
    return this.#buffer.readUInt8(this.#at - 1);
  }

  #below(max: number, value: number, what: string): number {
    if (value < max) return value;
    throw new RangeError(`expected ${what} below ${max} before ${this.#at}, got ${value}`);
  }

  #read(length: number): Buffer {
    this.expect(length);
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }
}
