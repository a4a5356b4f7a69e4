/** An S3-compatible store: what Limbic does with its objects. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { LimbicError } from '../base/errors.js'
import { explainFileError, writeFileInTime } from '../disk/files.js'
import { type ObjectAddress, writeObjectAddress } from './address.js'
import {
  type Answer,
  openRequests,
  type Patience,
  type Send,
  textOf,
  usualPatience,
} from './request.js'
import { type RemoteSettings, settingsOfEnvironment } from './settings.js'

export interface ObjectFacts {
  readonly etag: string
  readonly length: number
}

/** An object with the notes that were written with it (`x-amz-meta-*`). */
export interface NotedObject extends ObjectFacts {
  readonly notes: Readonly<Record<string, string>>
}

export interface ListedObject extends ObjectFacts {
  readonly address: ObjectAddress
}

/** Under which condition an object is written: that there is none, or that it is still this one. */
export type Condition = { readonly absent: true } | { readonly etag: string }

export interface PutOptions {
  readonly condition?: Condition | undefined
  readonly notes?: Readonly<Record<string, string>>
}

export interface Remote {
  readonly settings: RemoteSettings
  /** Undefined if there is no such object. */
  look(address: ObjectAddress): Promise<NotedObject | undefined>
  /** Every object whose key starts with that of the address and a slash, in order of their keys. */
  list(address: ObjectAddress): Promise<ListedObject[]>
  /**
   * Reads an object to a file, piece by piece; a cut connection costs one piece.
   *
   * @throws LimbicError if it is gone or becomes another one meanwhile
   */
  fetch(address: ObjectAddress, facts: ObjectFacts, path: string): Promise<void>
  /**
   * Writes an object at once: readers see the whole of it or nothing.
   *
   * @param from its bytes, or the path of a file
   * @returns false if the condition does not hold; also if it did, the write took effect, and only
   * the answer was lost
   */
  put(
    address: ObjectAddress,
    from: Uint8Array<ArrayBuffer> | string,
    options?: PutOptions,
  ): Promise<boolean>
  remove(address: ObjectAddress): Promise<void>
}

/** Bytes of a piece; larger objects are read and written in several. */
export const usualPiece = 16 * 2 ** 20

export interface RemoteOptions {
  readonly settings?: RemoteSettings
  readonly patience?: Patience
  readonly piece?: number
}

/** @throws LimbicError if the environment names no store */
export async function openRemote({
  settings = settingsOfEnvironment(),
  patience = usualPatience,
  piece = usualPiece,
}: RemoteOptions = {}): Promise<Remote> {
  const send = await openRequests(settings, patience)
  return {
    settings,
    async look(address) {
      const { status, headers } = await send({ method: 'HEAD', address })
      if (status === 404) return undefined
      const prefix = 'x-amz-meta-'
      const notes = [...headers]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value])
      const length = Number(headers.get('content-length'))
      return { etag: etagOf(headers), length, notes: Object.fromEntries(notes) }
    },
    list: (address) => list(send, address),
    fetch: (address, facts, path) => fetchFile(send, piece, address, facts, path),
    put: (address, from, options = {}) =>
      typeof from === 'string'
        ? putFile(send, piece, address, from, options)
        : putBytes(send, address, from, options),
    async remove(address) {
      await send({ method: 'DELETE', address })
    },
  }
}

function etagOf(headers: Headers): string {
  return headers.get('etag') ?? ''
}

function present(answer: Answer, address: ObjectAddress): Answer {
  if (answer.status < 300) return answer
  throw new LimbicError(
    answer.status === 404 ? 'no such object' : 'the object has changed while it was read',
    { where: writeObjectAddress(address), hint: 'Check the address, or try again' },
  )
}

async function list(send: Send, { bucket, key }: ObjectAddress): Promise<ListedObject[]> {
  const prefix = key === '' ? '' : `${key}/`
  const found: ListedObject[] = []
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const answer = await send({
      method: 'GET',
      address: { bucket, key: '' },
      query: {
        ...{ 'list-type': '2', 'encoding-type': 'url', prefix },
        ...(token !== undefined && { 'continuation-token': token }),
      },
    })
    const text = textOf(present(answer, { bucket, key: '' }))
    for (const [, entry = ''] of text.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
      const own = decoded(element(entry, 'Key'))
      if (own?.endsWith('/')) continue
      const etag = element(entry, 'ETag').replaceAll('&quot;', '"')
      const length = Number(element(entry, 'Size'))
      if (!own?.startsWith(prefix) || !(length >= 0)) throw badList({ bucket, key })
      found.push({ address: { bucket, key: own }, etag, length })
    }
    const before = token
    const more = element(text, 'IsTruncated') === 'true'
    token = more ? unescaped(element(text, 'NextContinuationToken')) : undefined
    if (more && (token === '' || token === before)) throw badList({ bucket, key })
  }
  return found
}

/**
 * Keys are encoded as in a URL, so that no character of theirs means anything in XML; undefined if
 * this one is not.
 */
function decoded(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function badList(address: ObjectAddress): LimbicError {
  return new LimbicError('the store gives a list that makes no sense', {
    where: writeObjectAddress(address),
    hint: 'Is AWS_ENDPOINT_URL the address of an S3-compatible store?',
  })
}

function element(text: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? ''
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = {
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    amp: '&',
  }
  return text.replace(/&(\w+);/g, (whole, name: string) => letters[name] ?? whole)
}

async function fetchFile(
  send: Send,
  piece: number,
  address: ObjectAddress,
  { etag, length }: ObjectFacts,
  path: string,
): Promise<void> {
  await writeFileInTime(path, async (file) => {
    for (let from = 0; from < length; from += piece) {
      const to = Math.min(length, from + piece)
      const headers = { 'if-match': etag, range: `bytes=${from}-${to - 1}` }
      const answer = present(await send({ method: 'GET', address, headers }), address)
      if (answer.body.length !== to - from) {
        throw new LimbicError('the store gave another part of the object than asked for', {
          where: writeObjectAddress(address),
          expected: `${to - from} bytes`,
          got: `${answer.body.length}`,
        })
      }
      file.write(answer.body)
    }
  })
}

function headersOf({ notes = {}, condition }: PutOptions): Record<string, string> {
  const noted = Object.entries(notes).map(([name, value]) => [`x-amz-meta-${name}`, value])
  return { ...Object.fromEntries(noted), ...conditionOf(condition) }
}

function conditionOf(condition: Condition | undefined): Record<string, string> {
  if (!condition) return {}
  return 'absent' in condition ? { 'if-none-match': '*' } : { 'if-match': condition.etag }
}

async function putBytes(
  send: Send,
  address: ObjectAddress,
  body: Uint8Array<ArrayBuffer>,
  options: PutOptions,
): Promise<boolean> {
  const { status } = await send({ method: 'PUT', address, headers: headersOf(options), body })
  // An object that was to be this one still, and is gone, is another one.
  if (status === 404 && !options.condition) throw noBucket(address)
  return status < 300
}

async function putFile(
  send: Send,
  piece: number,
  address: ObjectAddress,
  path: string,
  options: PutOptions,
): Promise<boolean> {
  const pieces = piecesOf(path, piece)
  const { value: first, done } = pieces.next()
  if (done) return putBytes(send, address, new Uint8Array(), options)
  if (first.length < piece) {
    pieces.return(undefined)
    return putBytes(send, address, first, options)
  }
  const headers = headersOf({ ...(options.notes && { notes: options.notes }) })
  const begun = await send({ method: 'POST', address, query: { uploads: '' }, headers })
  if (begun.status >= 300) throw noBucket(address)
  const uploadId = unescaped(element(textOf(begun), 'UploadId'))
  try {
    const parts: string[] = []
    for (let number = 1, body: Uint8Array<ArrayBuffer> | undefined = first; body; number++) {
      const query = { partNumber: String(number), uploadId }
      const { headers } = present(await send({ method: 'PUT', address, query, body }), address)
      parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${etagOf(headers)}</ETag></Part>`)
      const next = pieces.next()
      body = next.done ? undefined : next.value
    }
    const { status } = await send({
      ...{ method: 'POST', address, query: { uploadId }, headers: conditionOf(options.condition) },
      body: new TextEncoder().encode(
        `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`,
      ),
    })
    if (status < 300) return true
    await send({ method: 'DELETE', address, query: { uploadId } })
    return false
  } catch (error) {
    await send({ method: 'DELETE', address, query: { uploadId } }).catch(() => {})
    throw error
  }
}

/** The pieces of a file; an empty file has none. */
function* piecesOf(path: string, piece: number): Generator<Uint8Array<ArrayBuffer>> {
  try {
    const opened = openSync(path, 'r')
    try {
      const { size } = statSync(path)
      for (let from = 0; from < size; from += piece) {
        const memory = new Uint8Array(Math.min(piece, size - from))
        let got = 0
        while (got < memory.length) {
          const read = readSync(opened, memory, got, memory.length - got, from + got)
          if (read === 0) break
          got += read
        }
        yield memory.subarray(0, got)
      }
    } finally {
      closeSync(opened)
    }
  } catch (error) {
    throw explainFileError(error, path)
  }
}

function noBucket(address: ObjectAddress): LimbicError {
  return new LimbicError('no such bucket', {
    where: writeObjectAddress(address),
    hint: `Make the bucket ${address.bucket} first`,
  })
}
