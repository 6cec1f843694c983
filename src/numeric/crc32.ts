/** CRC-32 (ISO 3309, the polynomial of ZIP and PNG): tells a truncated or edited file from the original. */

/** Of text in UTF-8, or of bytes, as eight hexadecimal digits. */
export function crc32(content: string | Uint8Array): string {
  return new Crc32()
    .update(typeof content === "string" ? new TextEncoder().encode(content) : content)
    .digest();
}

/** The checksum of what comes in pieces: equal to that of the pieces put together. */
export class Crc32 {
  #crc = 0xffffffff;

  update(bytes: Uint8Array): this {
    let crc = this.#crc;
    for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
    this.#crc = crc;
    return this;
  }

  digest(): string {
    return ((this.#crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});
