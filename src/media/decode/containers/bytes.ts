/** Bytes of a file that is not read as a whole. */

/** A file to look into, in Node or in a page. */
export interface Bytes {
  readonly size: number
  /** Bytes from an offset on: fewer where the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>
}
