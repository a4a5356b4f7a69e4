/** Detects the format of a file by its first bytes, regardless of its name. */
import { OpenFile } from '../npy/bytes.js'
import { type ContentKind, kinds } from './kinds.js'

/** The number of bytes inspected. */
export const headBytes = 4096

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Signatures of single kinds. */
const signatures: readonly (readonly [beginning: Buffer, kind: ContentKind])[] = [
  [latin1('\x93NUMPY'), 'npy'],
  [latin1('\x89HDF\r\n\x1a\n'), 'hdf5'],
  [latin1('\x1f\x8b'), 'gzip'],
  [latin1('\xfd7zXZ\0'), 'xz'],
  [latin1('\x28\xb5\x2f\xfd'), 'zstd'],
  [latin1('\x04\x22\x4d\x18'), 'lz4'],
  [latin1('7z\xbc\xaf\x27\x1c'), '7z'],
  [latin1('Rar!\x1a\x07'), 'rar'],
  [latin1('PAR1'), 'parquet'],
  [latin1('ARROW1'), 'arrow'],
  [latin1('FEA1'), 'arrow'],
  [latin1('SQLite format 3\0'), 'sqlite'],
  [latin1('%PDF-'), 'pdf'],
  [latin1('RIFF'), 'media'],
  [latin1('ID3'), 'media'],
  [latin1('OggS'), 'media'],
  [latin1('fLaC'), 'media'],
  [latin1('\x89PNG\r\n'), 'media'],
  [latin1('\xff\xd8\xff'), 'media'],
  [latin1('\x1aE\xdf\xa3'), 'media'],
  [latin1('version https://git-lfs'), 'lfs pointer'],
  [latin1('\x5d\x00\x00'), 'lzma'],
]

/** The magic number at the start of every `torch.save` file before 1.6, pickled with protocol 2. */
const torchMagic = latin1('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.')

/**
 * The kind of a file's content.
 *
 * @param head the first bytes of the file: all, or at least `headBytes`
 * @param length the size of the file in bytes
 */
export function sniff(head: Uint8Array, length: number): ContentKind {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, headBytes))
  if (length === 0) return 'empty'
  if (bytes.every((byte) => byte === 0)) return 'zeros'
  const known = signatures.find(([beginning]) => startsWith(bytes, beginning))
  if (known !== undefined) return known[1]
  return (
    sniffArchive(bytes) ??
    sniffPickle(bytes) ??
    sniffMatlab(bytes) ??
    sniffModel(bytes, length) ??
    sniffText(bytes) ??
    // HDF5 may begin after a user block.
    (holdsHdf5(bytes) ? 'hdf5' : 'unknown')
  )
}

/** The kind of a file. @throws LimbicError if it cannot be read */
export function sniffFile(path: string): ContentKind {
  const file = new OpenFile(path)
  try {
    return sniffOpen(file)
  } finally {
    file.close()
  }
}

/** The kind of an open file. */
export function sniffOpen(file: {
  readonly length: number
  read(position: number, target: Uint8Array): void
}): ContentKind {
  const head = new Uint8Array(Math.min(headBytes, file.length))
  file.read(0, head)
  return sniff(head, file.length)
}

/** A description of a kind, with advice if another is needed. */
export function describeKind(kind: ContentKind): (typeof kinds)[ContentKind] {
  return kinds[kind]
}

function startsWith(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.length >= beginning.length && bytes.subarray(0, beginning.length).equals(beginning)
}

function sniffArchive(bytes: Buffer): ContentKind | undefined {
  if (/^BZh[1-9](1AY&SY|.rE8P.)$/s.test(bytes.toString('latin1', 0, 10))) return 'bzip2'
  if (bytes.toString('latin1', 257, 262) === 'ustar') return 'tar'
  if (bytes[0] === 0x78 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0) return 'zlib'
  if (bytes.toString('latin1', 4, 8) === 'ftyp') return 'media'
  const zip = bytes.toString('latin1', 0, 4)
  if (zip === 'PK\x05\x06') return 'zip'
  if (zip !== 'PK\x03\x04' || bytes.length < 30) return zip.startsWith('PK\x03') ? 'zip' : undefined
  const name = bytes.toString('latin1', 30, 30 + bytes.readUInt16LE(26))
  if (/\.npy$/i.test(name)) return 'npz'
  if (/(^|\/)(data\.pkl|byteorder|\.format_version|\.storage_alignment)$/.test(name)) return 'torch'
  if (name === '[Content_Types].xml' || name === 'mimetype') return 'office'
  return 'zip'
}

function sniffPickle(bytes: Buffer): ContentKind | undefined {
  if (startsWith(bytes, torchMagic)) return 'torch'
  const [first = 0, second = 0] = bytes
  if (first === 0x80) {
    return bytes.includes('joblib.numpy_pickle', 0, 'latin1') ? 'joblib' : 'pickle'
  }
  const start = bytes.toString('latin1', 0, 512)
  // The first byte of protocol 2 and later, written as the character of that number.
  if (first === 0xc2 && second === 0x80) return 'damaged pickle'
  if (/^(\([dl]p?\d*|c[\w.]+)\r+\n/.test(start)) return 'damaged pickle'
  // Protocol 0 is lines of text: a memoised dictionary or list, or the name of a class.
  if (/^\([dl]p?\d*\n|^c[\w.]+\n[\w.]+\n|^\([^\n]{1,200}\n(.*\n)*?t?p\d+\n/.test(start))
    return 'pickle'
  // Protocol 1: the same, memoised by a byte.
  const remembers = (first === 0x7d || first === 0x5d) && (second === 0x71 || second === 0x28)
  return remembers && bytes.some(isControl) ? 'pickle' : undefined
}

/** Whether a byte never occurs in text. */
function isControl(byte: number): boolean {
  return byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)
}

function sniffMatlab(bytes: Buffer): ContentKind | undefined {
  const start = bytes.toString('latin1', 0, 20)
  if (start.startsWith('MATLAB 7.3')) return 'matlab 7.3'
  return start.startsWith('MATLAB 5.0') ? 'matlab5' : undefined
}

function sniffModel(bytes: Buffer, length: number): ContentKind | undefined {
  if (bytes.length > 9 && bytes[8] === 0x7b) {
    const header = bytes.readBigUInt64LE(0)
    if (header > 1n && header < BigInt(length)) return 'safetensors'
  }
  // Field 1 of ONNX's ModelProto is the version, field 2 or 8 come next.
  const version = bytes[1] ?? 0
  const next = bytes[2]
  return bytes[0] === 0x08 && version < 32 && (next === 0x12 || next === 0x42 || next === 0x3a)
    ? 'onnx'
    : undefined
}

function sniffText(bytes: Buffer): ContentKind | undefined {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf16'
  if (bytes.includes(0)) return undefined
  const text = bytes.toString('utf8').replace(/^\ufeff/, '')
  const start = text.trimStart()
  if (/^<(!doctype html|html|head|body|\?xml|script|!--)/i.test(start)) return 'web page'
  if (/^(%[^\n]*\n\s*)*@relation\s/i.test(start)) return 'arff'
  if (/^[[{]/.test(start) && /^(\{\s*("|\}|$)|\[\s*([[{"\]\-\d]|true|false|null|$))/.test(start)) {
    return 'json'
  }
  return bytes.some(isControl) || isGarbled(bytes) ? undefined : 'text'
}

/** Whether bytes are not UTF-8, apart from a character truncated at the end. */
function isGarbled(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf8', { fatal: true }).decode(bytes, { stream: true })
    return false
  } catch {
    // Text in an older 8-bit encoding: letters, with few bytes beyond ASCII.
    const beyond = bytes.reduce((count, byte) => count + (byte > 0x7f ? 1 : 0), 0)
    return beyond * 5 > bytes.length
  }
}

function holdsHdf5(bytes: Buffer): boolean {
  const signature = latin1('\x89HDF\r\n\x1a\n')
  return [512, 1024, 2048].some((at) => bytes.subarray(at, at + signature.length).equals(signature))
}
