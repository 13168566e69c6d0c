/**
 * Returns UTF-8 bytes as text, without the byte order mark that editors and shells of Windows put in front: JSON has none.
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-8.1
 */
export function textOf(bytes: Buffer): string {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return (isMarked ? bytes.subarray(3) : bytes).toString();
}
