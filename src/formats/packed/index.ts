/** Opens files compressed with gzip, bzip2, xz or zlib, or alone in a zip archive, as if uncompressed. */
import { LimbicError, messageOf } from '../../base/errors.js'
import { type ContentKind, headBytes, sniff, sniffOpen } from '../content/index.js'
import { OpenFile } from '../npy/index.js'
import { readZipDirectory, type ZipEntry } from '../zip/zip.js'
import { decode, decodeDeflated, isPacked } from './decoders.js'
import { UnpackedFile } from './sink.js'

/**
 * Data compresses about 20:1, zero padding about 1000:1; anything beyond is a decompression bomb.
 */
const mostTimes = 200
const alwaysAllowed = 2 ** 29

/** How many layers of compression are opened. */
const mostLayers = 3

/** Files that archivers add on their own. */
const strayFile = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/

/**
 * Opens a file; a compressed one is decompressed into a temporary file, which is removed when
 * it is closed. An archive of one file is opened as that file; those of torch and NumPy are left as
 * they are.
 *
 * @param allowed bytes that any file may decompress to, however small
 * @throws LimbicError if it cannot be read, is damaged or cut short, decompresses to implausibly
 * many bytes, or is an archive of several files
 */
export async function openUnpacked(path: string, allowed = alwaysAllowed): Promise<OpenFile> {
  let file = new OpenFile(path)
  const { length } = file
  for (let layer = 0; ; layer++) {
    const inner = await unpackOnce(file, Math.max(allowed, mostTimes * length))
    if (inner === file) return file
    file = inner
    if (layer === mostLayers) {
      file.close()
      throw new LimbicError('is packed again and again', {
        where: path,
        expected: `at most ${mostLayers} times`,
        hint: 'Unpack it by hand',
      })
    }
  }
}

/**
 * The kind of a file, or of the file compressed in it, by its first bytes; only those are decompressed.
 *
 * @returns the kind of the compressed file if the kind of its content is unknown
 * @throws LimbicError if it cannot be read
 */
export async function sniffUnpacked(path: string): Promise<ContentKind> {
  const file = new OpenFile(path)
  const kind = sniffOpen(file)
  const head = new Head()
  try {
    const entry = kind === 'zip' ? onlyEntry(file) : undefined
    if (entry !== undefined) await extract(file, entry, (bytes) => head.take(bytes))
    else if (isPacked(kind)) await decode(file, kind, (bytes) => head.take(bytes))
    else return kind
    return head.kind
  } catch (error) {
    if (error === head) return head.kind
    // Damage, or several files in one archive, is reported on opening.
    return kind
  } finally {
    file.close()
  }
}

/** Collects the first bytes, then stops decompressing. */
class Head {
  readonly #bytes = Buffer.alloc(headBytes)
  #length = 0

  take(bytes: Uint8Array): void {
    const part = bytes.subarray(0, headBytes - this.#length)
    this.#bytes.set(part, this.#length)
    this.#length += part.length
    if (this.#length === headBytes) throw this
  }

  get kind(): ContentKind {
    return sniff(this.#bytes.subarray(0, this.#length), this.#length)
  }
}

/**
 * The file inside a compressed one, which is closed; or the file itself.
 *
 * @param most bytes that it may decompress to
 */
async function unpackOnce(file: OpenFile, most: number): Promise<OpenFile> {
  let unpacked: UnpackedFile | undefined
  try {
    const kind = sniffOpen(file)
    const entry = kind === 'zip' ? onlyEntry(file) : undefined
    if (!isPacked(kind) && entry === undefined) return file
    const sink = new UnpackedFile(file.path, most)
    unpacked = sink
    const take = (bytes: Uint8Array) => sink.write(bytes)
    if (entry !== undefined) await extract(file, entry, take)
    else if (isPacked(kind)) await decode(file, kind, take)
    sink.finish()
    file.close()
    return new OpenFile(file.path, { place: sink.path, closed: () => sink.remove() })
  } catch (error) {
    unpacked?.remove()
    file.close()
    if (error instanceof LimbicError) throw error
    const said = messageOf(error)
    const cut = /unexpected end|truncated|end of (file|input)/i.test(said)
    throw new LimbicError(
      cut ? 'the packed file is cut short' : `the packed file is damaged (${said})`,
      { where: file.path, hint: 'Download or copy it again' },
      { cause: error },
    )
  }
}

function onlyEntry(file: OpenFile): ZipEntry {
  const entries = readZipDirectory(file).filter(({ name }) => !strayFile.test(name))
  const [entry] = entries
  if (entry !== undefined && entries.length === 1) return entry
  const names = entries.slice(0, 5).map(({ name }) => name.slice(0, 60))
  throw new LimbicError(
    entry === undefined ? 'is an empty zip archive' : `is a zip archive of ${entries.length} files`,
    {
      where: file.path,
      expected: 'one file inside',
      ...(names.length > 0 && { got: names.join(', ') }),
      hint: 'Unpack it and name the file or folder with the data',
    },
  )
}

async function extract(
  file: OpenFile,
  { packed, stored, length, name }: ZipEntry,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  let count = 0
  const counted = (bytes: Uint8Array) => {
    count += bytes.length
    take(bytes)
  }
  if (stored) {
    const piece = Buffer.alloc(Math.min(1 << 20, Math.max(1, length)))
    for (let done = 0; done < length; done += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, length - done))
      packed.read(done, part)
      counted(part)
    }
  } else await decodeDeflated(file, packed.offset, packed.length, counted)
  if (count === length) return
  throw new LimbicError('a file in the archive is damaged', {
    where: `${file.path}, ${name}`,
    expected: `${length} bytes`,
    got: `${count}`,
    hint: 'Download or copy it again',
  })
}
