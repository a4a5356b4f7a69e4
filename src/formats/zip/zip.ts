/** The files in a zip archive, found by its directory and read in place if stored uncompressed. */
import { crc32, inflateRawSync } from 'node:zlib'
import { LimbicError } from '../../base/errors.js'
import { limit, overLimit } from '../../disk/limits.js'
import { type ByteSource, type FileBytes, FileRegion, MemoryBytes } from '../npy/bytes.js'

/** One file in an archive. */
export interface ZipEntry {
  readonly name: string
  /** Uncompressed bytes. */
  readonly length: number
  /** Bytes in the archive. */
  readonly packed: FileRegion
  /** Whether the file is stored uncompressed. */
  readonly stored: boolean
  readonly crc: number
}

const endSignature = 0x06054b50
const endLength = 22
const longestComment = 0xffff
const mostEntries = 1 << 20

/**
 * The files in an archive, zip64 included, in the order of its directory; folders are left out.
 *
 * @throws LimbicError if it is cut short or damaged, encrypted, or packed in another way than deflate
 */
export function readZipDirectory(file: FileBytes): ZipEntry[] {
  const { offset, length, count } = findDirectory(file)
  if (offset + length > file.length || count > mostEntries) throw damaged(file)
  const directory = Buffer.alloc(length)
  file.read(offset, directory)
  const entries: ZipEntry[] = []
  for (let at = 0; at + 46 <= length && entries.length < count; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50) throw damaged(file)
    const nameLength = directory.readUInt16LE(at + 28)
    const extraLength = directory.readUInt16LE(at + 30)
    const commentLength = directory.readUInt16LE(at + 32)
    const next = at + 46 + nameLength + extraLength + commentLength
    if (next > length) throw damaged(file)
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength)
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    if (!name.endsWith('/'))
      entries.push(readEntry(file, directory.subarray(at, next), name, extra))
    at = next
  }
  return entries
}

/**
 * The bytes of a file in an archive: by offset if stored, else decompressed in memory.
 *
 * @throws LimbicError if it is damaged, or larger than memory may hold
 */
export function readZipEntry(entry: ZipEntry): ByteSource {
  const { packed, length, stored, name } = entry
  if (stored) return packed
  const where = `${packed.path}, ${name}`
  if (length > limit('memory')) {
    throw overLimit('a file in the archive is too large to be unpacked in memory', 'memory', {
      where,
      got: `${length} bytes`,
    })
  }
  const raw = new Uint8Array(packed.length)
  packed.read(0, raw)
  let bytes: Uint8Array
  try {
    bytes = inflateRawSync(raw, { maxOutputLength: Math.max(1, length) })
  } catch (error) {
    throw new LimbicError(
      'a file in the archive is damaged',
      { where, hint: again },
      { cause: error },
    )
  }
  if (bytes.length !== length || crc32(bytes) !== entry.crc) {
    throw new LimbicError('a file in the archive is damaged', { where, hint: again })
  }
  return new MemoryBytes(bytes)
}

const again = 'Download or copy it again'

function damaged(file: FileBytes): LimbicError {
  return new LimbicError('the archive is cut short or damaged: it has no directory at its end', {
    where: file.path,
    hint: again,
  })
}

function findDirectory(file: FileBytes): { offset: number; length: number; count: number } {
  const tailLength = Math.min(file.length, endLength + longestComment)
  const tail = Buffer.alloc(tailLength)
  file.read(file.length - tailLength, tail)
  let at = tailLength - endLength
  while (at >= 0 && tail.readUInt32LE(at) !== endSignature) at--
  if (at < 0) throw damaged(file)
  const [count, length, offset] = [
    tail.readUInt16LE(at + 10),
    tail.readUInt32LE(at + 12),
    tail.readUInt32LE(at + 16),
  ]
  if (offset !== 0xffffffff && length !== 0xffffffff && count !== 0xffff) {
    return { offset, length, count }
  }
  if (at < 20 || tail.readUInt32LE(at - 20) !== 0x07064b50) return { offset, length, count }
  const place = Number(tail.readBigUInt64LE(at - 12))
  if (place + 56 > file.length) throw damaged(file)
  const long = Buffer.alloc(56)
  file.read(place, long)
  if (long.readUInt32LE(0) !== 0x06064b50) throw damaged(file)
  return {
    count: Number(long.readBigUInt64LE(32)),
    length: Number(long.readBigUInt64LE(40)),
    offset: Number(long.readBigUInt64LE(48)),
  }
}

function readEntry(file: FileBytes, header: Buffer, name: string, extra: Buffer): ZipEntry {
  const where = `${file.path}, ${name}`
  const [flags, method] = [header.readUInt16LE(8), header.readUInt16LE(10)]
  if (flags & 1) {
    throw new LimbicError('the archive is encrypted', {
      where,
      hint: 'Unpack it with its password',
    })
  }
  if (method !== 0 && method !== 8) {
    throw new LimbicError('a file in the archive is packed in an unsupported way', {
      where,
      expected: 'stored or deflated',
      got: `method ${method}`,
      hint: 'Unpack the archive and name the file inside',
    })
  }
  const sizes = longSizes(header, extra)
  const { packed, length, offset } = sizes
  const local = Buffer.alloc(30)
  if (offset + local.length > file.length) throw damaged(file)
  file.read(offset, local)
  if (local.readUInt32LE(0) !== 0x04034b50) throw damaged(file)
  const start = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
  if (start + packed > file.length || (method === 0 && packed !== length)) throw damaged(file)
  return {
    name,
    length,
    packed: new FileRegion(file, start, packed, where),
    stored: method === 0,
    crc: header.readUInt32LE(16),
  }
}

/** Sizes and place of an entry; those beyond 4 GiB stand in the extra field 1, in this order. */
function longSizes(header: Buffer, extra: Buffer) {
  let long: Buffer = Buffer.alloc(0)
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) {
      long = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
    }
  }
  let at = 0
  const take = (short: number) => {
    if (short !== 0xffffffff || at + 8 > long.length) return short
    at += 8
    return Number(long.readBigUInt64LE(at - 8))
  }
  const length = take(header.readUInt32LE(24))
  const packed = take(header.readUInt32LE(20))
  return { length, packed, offset: take(header.readUInt32LE(42)) }
}
