import { PacketError, type PacketRequest } from '../../ports/packet-network.ts';
import { decodeHeader, headerBytes, keepAliveType } from './frame.ts';

/** The most bytes of packets that keep the connection alive before an answer: an honest server sends 12 a second. */
const keptAliveBytesMax = 4_096;

/**
 * The answer to one request while its bytes arrive, in pieces of any size. It uses the memory of its body once, which is not more
 * than the request allows, and only after the header was checked.
 */
export class Answer {
  readonly #request: PacketRequest;
  readonly #header = Buffer.alloc(headerBytes);
  #headerBytes = 0;
  /** The bytes of a packet to keep the connection alive that are still to be skipped. */
  #toSkip = 0;
  #keptAliveBytes = 0;
  #body: Buffer | undefined;
  #bodyBytes = 0;

  constructor(request: PacketRequest) {
    this.#request = request;
  }

  /** The whole body; `undefined` until it is complete. */
  get body(): Uint8Array | undefined {
    return this.#body?.length === this.#bodyBytes ? this.#body : undefined;
  }

  /** The progress in words, for the message when nothing more comes. */
  get progress(): string {
    return this.#body === undefined
      ? `${this.#headerBytes} of ${headerBytes} bytes of the header`
      : `${this.#bodyBytes} of ${this.#body.length} bytes`;
  }

  /**
   * Reads bytes until the answer is complete.
   * @returns the bytes that follow the answer
   * @throws {PacketError} `unexpected` for a packet of another type, or one that is too long
   */
  read(bytes: Buffer): Buffer {
    let left = bytes;
    while (left.length > 0 && this.body === undefined) left = this.#readSome(left);
    return left;
  }

  /** Reads up to the end of a packet's header or body. @returns the bytes after it */
  #readSome(bytes: Buffer): Buffer {
    if (this.#toSkip > 0) {
      const skipped = Math.min(this.#toSkip, bytes.length);
      this.#toSkip -= skipped;
      return bytes.subarray(skipped);
    }
    if (this.#body !== undefined) {
      const copied = bytes.copy(this.#body, this.#bodyBytes);
      this.#bodyBytes += copied;
      return bytes.subarray(copied);
    }
    const copied = bytes.copy(this.#header, this.#headerBytes);
    this.#headerBytes += copied;
    if (this.#headerBytes === headerBytes) this.#beginBody();
    return bytes.subarray(copied);
  }

  #beginBody(): void {
    const { type, length } = decodeHeader(this.#header);
    const { name, answerType, answerBytesMax } = this.#request;
    if (type === keepAliveType) {
      this.#keptAliveBytes += headerBytes + length;
      if (this.#keptAliveBytes > keptAliveBytesMax)
        throw this.#unexpected(
          `${this.#keptAliveBytes} bytes to keep the connection alive, expected ${keptAliveBytesMax} at most before the answer to ${name}`,
        );
      this.#headerBytes = 0;
      this.#toSkip = length;
      return;
    }
    if (type !== answerType)
      throw this.#unexpected(`a packet of type ${type} and ${length} bytes, expected type ${answerType} after ${name}`);
    if (length > answerBytesMax)
      throw this.#unexpected(`an answer to ${name} of ${length} bytes, expected ${answerBytesMax} at most`);
    this.#body = Buffer.alloc(length);
  }

  #unexpected(what: string): PacketError {
    return new PacketError('unexpected', `sent ${what}`);
  }
}
