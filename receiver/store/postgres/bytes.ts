/** Where a part stands in a run of bytes, counted from 1 as SQL does. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** One run of bytes made of many. */
export class Bytes {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  /** Where a part will stand. */
  place(part: Uint8Array): Span {
    this.#parts.push(part);
    const start = this.length + 1;
    this.length += part.byteLength;
    return { start, length: part.byteLength };
  }

  joined(): Buffer {
    return Buffer.concat(this.#parts, this.length);
  }
}
