/** Decompression: gzip and zlib by Node, bzip2 and xz by libraries. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import Bunzip from 'seek-bzip'
import type { ByteSource, OpenFile } from '../npy/index.js'

type Take = (bytes: Uint8Array) => void

/** The kinds of content that are decompressed. */
export type PackedKind = 'gzip' | 'zlib' | 'bzip2' | 'xz'

export function isPacked(kind: string): kind is PackedKind {
  return kind === 'gzip' || kind === 'zlib' || kind === 'bzip2' || kind === 'xz'
}

/** Decompresses a file in chunks. @throws the decoder's error if the file is damaged */
export async function decode(file: OpenFile, kind: PackedKind, take: Take): Promise<void> {
  if (kind === 'bzip2') return decodeBzip2(file, take)
  if (kind === 'xz') return decodeXz(file, take)
  await decodeStream(
    createReadStream(file.place),
    kind === 'gzip' ? createGunzip() : createInflate(),
    take,
  )
}

/** Decompresses a deflated part of a file, as in zip archives. */
export async function decodeDeflated(
  file: OpenFile,
  start: number,
  length: number,
  take: Take,
): Promise<void> {
  if (length === 0) return
  const packed = createReadStream(file.place, { start, end: start + length - 1 })
  await decodeStream(packed, createInflateRaw(), take)
}

async function decodeStream(
  packed: Readable,
  decoder: NodeJS.ReadWriteStream & Readable,
  take: Take,
): Promise<void> {
  packed.on('error', (error) => decoder.destroy(error))
  packed.pipe(decoder)
  try {
    for await (const piece of decoder) take(piece as Uint8Array)
  } finally {
    packed.destroy()
  }
}

async function decodeXz(file: OpenFile, take: Take): Promise<void> {
  // Imported on first use: a WebAssembly module that only these files need.
  const { XzReadableStream } = await import('xz-decompress')
  const packed = Readable.toWeb(createReadStream(file.place)) as ReadableStream<Uint8Array>
  const reader = new XzReadableStream(packed).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      take(value)
    }
  } finally {
    // A failed stream cannot be cancelled, and need not be.
    await reader.cancel().catch(() => {})
  }
}

/** Several bzip2 streams in a row, as parallel compressors write them. */
function decodeBzip2(file: OpenFile, take: Take): void {
  const input = new ByteReader(file)
  const pieces = new ByteCollector(take)
  do Bunzip.decode(input, pieces)
  while (input.startsWith('BZh'))
  pieces.flush()
}

class ByteReader {
  readonly #source: ByteSource
  readonly #window = Buffer.alloc(1 << 16)
  #start = 0
  #held = 0
  #at = 0

  constructor(source: ByteSource) {
    this.#source = source
  }

  readByte(): number {
    if (this.#at >= this.#held) {
      this.#start += this.#held
      this.#held = Math.min(this.#window.length, this.#source.length - this.#start)
      this.#at = 0
      if (this.#held <= 0) throw new Error('unexpected end of file')
      this.#source.read(this.#start, this.#window.subarray(0, this.#held))
    }
    return this.#window[this.#at++] ?? 0
  }

  read(buffer: Uint8Array, offset: number, length: number): number {
    for (let at = 0; at < length; at++) buffer[offset + at] = this.readByte()
    return length
  }

  startsWith(text: string): boolean {
    const position = this.#start + this.#at
    if (position + text.length > this.#source.length) return false
    const next = Buffer.alloc(text.length)
    this.#source.read(position, next)
    return next.toString('latin1') === text
  }
}

class ByteCollector {
  readonly #take: Take
  readonly #piece = Buffer.alloc(1 << 16)
  #count = 0

  constructor(take: Take) {
    this.#take = take
  }

  writeByte(byte: number): void {
    this.#piece[this.#count++] = byte
    if (this.#count === this.#piece.length) this.flush()
  }

  flush(): void {
    this.#take(this.#piece.subarray(0, this.#count))
    this.#count = 0
  }
}
