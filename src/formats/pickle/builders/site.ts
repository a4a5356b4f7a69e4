/** What a builder receives, and how it reports a malformed pickle. */
import { LimbicError } from '../../../base/errors.js'
import { type ByteSource, type FileBytes, FileRegion, MemoryBytes } from '../../npy/index.js'
import { cost } from '../budget.js'
import { Latin1Text } from '../stored/latin1-text.js'
import { PickledObject, type PickleValue, StoredBytes, StoredText } from '../values.js'

/** The place in the pickle of the current build. */
export interface BuildSite {
  readonly file: FileBytes
  /** Names the file and byte, for messages. */
  readonly where: string
  /** Counts memory before it is allocated. @throws LimbicError beyond the limit */
  take(bytes: number): void
  /** Counts items or bytes that are about to be copied. @throws LimbicError beyond the limit */
  copy(count: number): void
  /** The next bytes of the file, which are skipped: they are not instructions. */
  inline(length: number): ByteSource
  /** The value of a whole pickle that begins at the next byte. */
  nested(): PickleValue
  /** The value of bytes in the old format of `torch.save`. */
  torch(bytes: ByteSource): PickleValue
}

/** Builds the result of a function from its arguments. */
export type Builder = (args: readonly PickleValue[], site: BuildSite) => PickleValue

/** NumPy's own limit. */
const mostAxes = 64

/** The extents of an array. */
export function readShape(shape: PickleValue | undefined, site: BuildSite): readonly number[] {
  const extents = typeof shape === 'number' ? [shape] : shape
  if (!Array.isArray(extents) || extents.length > mostAxes) return malformed('a NumPy array', site)
  return extents.map((extent) =>
    typeof extent === 'number' ? extent : malformed<number>('the shape of a NumPy array', site),
  )
}

/** The bytes that a pickle holds as bytes, or as text in which each character is one. */
export function byteSource(content: PickleValue, site: BuildSite): ByteSource {
  if (content instanceof StoredBytes) return content.source
  if (content instanceof Uint8Array) return new MemoryBytes(content)
  if (typeof content === 'string' || content instanceof StoredText) {
    return byteSource(encodeLatin1(content, site), site)
  }
  if (content instanceof PickledObject) {
    throw new LimbicError(`the bytes of an array are ${content.name}`, {
      where: site.where,
      hint: 'Save the data with pickle.dump(data, file, protocol=4)',
    })
  }
  return malformed('the bytes of a NumPy array', site)
}

/** Bytes that were written as text: each character is the byte of its number. */
export function encodeLatin1(text: string | StoredText, site: BuildSite): Uint8Array | StoredBytes {
  if (text instanceof StoredText) {
    const { file } = site
    return new StoredBytes(() => new Latin1Text(file, text.offset, text.length))
  }
  site.copy(text.length)
  site.take(cost.set + text.length)
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0xff) malformed('a byte string', site)
  }
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** A number if it represents the integer exactly, else the bigint. */
export function plainInteger(integer: bigint): number | bigint {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}

/** A long byte string at an offset of the file. */
export function storedBytes(file: FileBytes, offset: number, length: number): StoredBytes {
  return new StoredBytes(new FileRegion(file, offset, length))
}

export function malformed<Value = never>(what: string, { where }: Pick<BuildSite, 'where'>): Value {
  throw new LimbicError(`the pickle does not describe ${what} as NumPy and Python write it`, {
    where,
    hint: 'The file is damaged, or was not written by Python',
  })
}
