/** Types for the parts of seek-bzip that are used; the package has none. */
declare module 'seek-bzip' {
  export interface BunzipInput {
    readByte(): number
    read(buffer: Uint8Array, offset: number, length: number): number
  }
  export interface BunzipOutput {
    writeByte(byte: number): void
  }
  /** Unpacks one stream. @throws TypeError if it is damaged */
  const Bunzip: { decode(input: BunzipInput, output: BunzipOutput): void }
  export default Bunzip
}
