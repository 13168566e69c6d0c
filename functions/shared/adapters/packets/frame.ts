/** The bytes before the body of a packet: type and length, 32 bits each, big-endian. */
export const headerBytes = 8;

/** The type of packets that keep a connection alive. They answer nothing. */
export const keepAliveType = 0;

/** The header of a packet. */
export interface Header {
  readonly type: number;
  /** The bytes of the body, 0 to 2 ^ 32 - 1, as the sender claims. */
  readonly length: number;
}

/**
 * Returns a packet as it is sent.
 * @example
 * encodePacket(510, new Uint8Array(0)).toString('hex'); // => '000001fe00000000'
 */
export function encodePacket(type: number, body: Uint8Array): Buffer {
  const packet = Buffer.alloc(headerBytes + body.length);
  packet.writeUInt32BE(type, 0);
  packet.writeUInt32BE(body.length, 4);
  packet.set(body, headerBytes);
  return packet;
}

/** Returns the header in the first eight bytes. */
export function decodeHeader(bytes: Buffer): Header {
  return { type: bytes.readUInt32BE(0), length: bytes.readUInt32BE(4) };
}
