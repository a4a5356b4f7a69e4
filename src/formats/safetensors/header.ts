/** Reads and checks the JSON header of a safetensors file. */

import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { type FileTypeName, fileTypes, itemCount } from './tensors.js'

/** The eight bytes before the header that hold its length. */
export const lengthBytes = 8

/** The reference implementation refuses longer headers, so that a bad length cannot claim all memory. */
const longestHeader = 100_000_000

/** The entry of one tensor, with the offset of its bytes from the start of the file. */
export interface TensorPlace {
  readonly name: string
  readonly fileType: FileTypeName
  readonly shape: readonly number[]
  readonly start: number
  readonly end: number
}

/** A file's header: everything known without reading the numbers. */
export interface SafetensorsHeader {
  readonly metadata: Record<string, string>
  /** In the order of their bytes. */
  readonly tensors: readonly TensorPlace[]
}

const size = z.int().nonnegative()
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
})
const metadataSchema = z.record(z.string(), z.string())

/** Reads the header's length from a file's first eight bytes and checks it against the file's size. */
export function headerLength(front: Uint8Array, fileBytes: number, where: string): number {
  if (fileBytes < lengthBytes || front.length < lengthBytes) {
    throw new LimbicError('too short to be a safetensors file', {
      where,
      expected: 'at least 8 bytes',
      got: `${fileBytes}`,
      hint: 'It was probably cut off; fetch or save it again',
    })
  }
  const view = new DataView(front.buffer, front.byteOffset, lengthBytes)
  const length = view.getBigUint64(0, true)
  if (length < 2n || length > BigInt(Math.min(longestHeader, fileBytes - lengthBytes))) {
    throw new LimbicError('the length of the header is wrong', {
      where,
      expected: `at most ${Math.min(longestHeader, fileBytes - lengthBytes)} bytes in a file of ${fileBytes}`,
      got: `${length}`,
      hint: 'It is not a safetensors file, or it was cut off',
    })
  }
  return Number(length)
}

/**
 * Reads and checks a header: every tensor's type, shape and size, and that the tensors together
 * cover the rest of the file once, without gaps or overlaps.
 *
 * @param header the header's own bytes
 * @param fileBytes the size of the whole file
 * @throws LimbicError naming the file and the tensor
 */
export function parseHeader(
  header: Uint8Array,
  fileBytes: number,
  where: string,
): SafetensorsHeader {
  const content = parseJson(header, where)
  const dataStart = lengthBytes + header.length
  const metadata = parseMetadata(content.__metadata__, where)
  const tensors = Object.entries(content)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => parseEntry(name, entry, dataStart, where))
    .sort((one, other) => one.start - other.start || one.end - other.end)
  checkCover(tensors, dataStart, fileBytes, where)
  return { metadata, tensors }
}

function parseJson(header: Uint8Array, where: string): Record<string, unknown> {
  let content: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header)
    content = JSON.parse(text)
  } catch (error) {
    throw new LimbicError(
      'the header is not JSON',
      { where, hint: 'It is not a safetensors file, or it was damaged' },
      { cause: error },
    )
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new LimbicError('the header is not a JSON object', { where })
  }
  const twice = repeatedKey(text)
  if (twice !== undefined) throw new LimbicError(`the header says "${twice}" twice`, { where })
  return { ...content }
}

/**
 * The first duplicate key in an object of a valid JSON text; `JSON.parse` would silently keep the
 * last.
 */
function repeatedKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  for (const [token, key] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (key !== undefined) {
      const name: string = JSON.parse(key)
      const seen = open.at(-1)
      if (seen?.has(name)) return name
      seen?.add(name)
    }
  }
  return undefined
}

function parseMetadata(metadata: unknown, where: string): Record<string, string> {
  if (metadata === undefined) return {}
  const parsed = metadataSchema.safeParse(metadata)
  if (parsed.success) return parsed.data
  throw new LimbicError('__metadata__ must map text to text', {
    where,
    got: describeIssue(parsed.error),
  })
}

function parseEntry(name: string, entry: unknown, dataStart: number, file: string): TensorPlace {
  const where = `${file}, tensor "${name}"`
  const parsed = entrySchema.safeParse(entry)
  if (!parsed.success) {
    throw new LimbicError('its description is wrong', {
      where,
      expected: 'dtype, shape and data_offsets',
      got: describeIssue(parsed.error),
    })
  }
  const { dtype, shape, data_offsets: offsets } = parsed.data
  if (!isFileType(dtype)) {
    throw new LimbicError('a type that Limbic does not read', {
      where,
      expected: `one of ${Object.keys(fileTypes).join(', ')}`,
      got: dtype,
    })
  }
  const needed = itemCount(shape) * fileTypes[dtype].itemBytes
  if (offsets[1] - offsets[0] !== needed) {
    throw new LimbicError('its size does not fit its shape', {
      where,
      expected: `${needed} bytes for ${dtype} [${shape.join(', ')}]`,
      got: `${offsets[1] - offsets[0]} bytes (offsets ${offsets.join(' to ')})`,
    })
  }
  return {
    name,
    fileType: dtype,
    shape,
    start: dataStart + offsets[0],
    end: dataStart + offsets[1],
  }
}

function isFileType(name: string): name is FileTypeName {
  return Object.hasOwn(fileTypes, name)
}

function checkCover(
  tensors: readonly TensorPlace[],
  dataStart: number,
  fileBytes: number,
  file: string,
): void {
  let reached = dataStart
  for (const { name, start, end } of tensors) {
    if (start !== reached) {
      throw new LimbicError(
        start < reached ? 'its bytes overlap those of another tensor' : 'there is a gap before it',
        {
          where: `${file}, tensor "${name}"`,
          expected: `offset ${reached - dataStart}`,
          got: `${start - dataStart}`,
        },
      )
    }
    if (end > fileBytes) {
      throw new LimbicError('its bytes lie beyond the end of the file', {
        where: `${file}, tensor "${name}"`,
        expected: `at most ${fileBytes - dataStart} bytes of data`,
        got: `an end at ${end - dataStart}`,
        hint: 'The file was probably cut off; fetch or save it again',
      })
    }
    reached = end
  }
  if (reached !== fileBytes) {
    throw new LimbicError('bytes that belong to no tensor follow the last one', {
      where: file,
      expected: `${reached} bytes`,
      got: `${fileBytes}`,
    })
  }
}

function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (!issue) return 'something else'
  return `${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message.replace('received undefined', 'found nothing')}`
}
