import { UnreadableAnswerError } from './unreadable-answer.ts';

/** A text that is longer than this is no name or path of a storage: Linux has 4,096 characters at most. */
const textBytesMax = 4_096;

/**
 * Reads the fields of an answer in their order: big-endian, unsigned integers and texts. Each read checks first that the bytes are
 * there, and throws an {@link UnreadableAnswerError} that names the field if they are not.
 */
export class ByteReader {
  readonly #view: DataView;
  readonly #subject: string;
  #at = 0;

  /** @param subject the name of the answer, for messages: `the list of chunkservers` */
  constructor(bytes: Uint8Array, subject: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#subject = subject;
  }

  /** The number of bytes that have not been read. */
  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  u8(field: string): number {
    return this.#view.getUint8(this.#take(1, field));
  }

  u16(field: string): number {
    return this.#view.getUint16(this.#take(2, field));
  }

  u32(field: string): number {
    return this.#view.getUint32(this.#take(4, field));
  }

  /** Returns 64 bits as a number; above 2 ^ 53 (8 PiB) it is rounded to the nearest one that JavaScript has. */
  u64(field: string): number {
    return Number(this.#view.getBigUint64(this.#take(8, field)));
  }

  /** Returns four bytes as an IPv4 address. */
  ip(field: string): string {
    return [0, 1, 2, 3].map(() => this.u8(field)).join('.');
  }

  /** Returns a text of so many bytes of UTF-8. Bytes that are no UTF-8 become U+FFFD. */
  text(bytes: number, field: string): string {
    if (bytes > textBytesMax) throw this.unexpected(`${field} (bytes)`, bytes, `${textBytesMax} at most`);
    const from = this.#take(bytes, field);
    return Buffer.from(this.#view.buffer, this.#view.byteOffset + from, bytes).toString('utf8');
  }

  /** Skips a field whose value nothing needs. */
  skip(bytes: number, field: string): void {
    this.#take(bytes, field);
  }

  /**
   * Returns a number of records, after a check that so many can still be there: a forged count costs nothing.
   * @param bytesMin the fewest bytes of a record
   */
  count(bytesMin: number, field: string): number {
    const count = this.u32(field);
    if (count * bytesMin > this.left)
      throw this.unexpected(
        field,
        count,
        `${Math.floor(this.left / bytesMin)} at most, as ${this.left} bytes are left`,
      );
    return count;
  }

  /** Checks that all bytes have been read. */
  end(): void {
    if (this.left > 0) throw this.unexpected('bytes after the end', this.left, '0');
  }

  /** Returns the error for a value that cannot be. */
  unexpected(field: string, value: number | string, expected: string): UnreadableAnswerError {
    return new UnreadableAnswerError(`${this.#subject}: ${field} is ${value}, expected ${expected}`);
  }

  #take(bytes: number, field: string): number {
    if (bytes > this.left)
      throw new UnreadableAnswerError(
        `${this.#subject}: ${field} takes ${bytes} bytes at byte ${this.#at}, but ${this.left} are left`,
      );
    const from = this.#at;
    this.#at += bytes;
    return from;
  }
}
