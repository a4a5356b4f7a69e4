/**
 * An S3-compatible store in memory, for tests: objects, conditions, parts, lists in pages, and signatures,
 * which it computes by itself. It fails where a test wants it to.
 */
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

interface StoredObject {
  readonly body: Buffer
  readonly etag: string
  readonly notes: Readonly<Record<string, string>>
}

/** What happens to a request: an answer of 500, a cut before or after it took effect, or silence. */
export type Trouble = 'error' | 'cut' | 'cut after' | 'slow' | undefined

export interface S3StandIn {
  readonly url: string
  /** By `bucket/key`. */
  readonly objects: Map<string, StoredObject>
  /** Method and path of every request. */
  readonly asked: string[]
  /** Decides over the next requests. */
  trouble: (method: string, path: string, count: number) => Trouble
  /** Ignores conditions, as old servers do. */
  careless: boolean
  /** What a process needs to use it. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

const keys = { id: 'limbic', secret: 'secret/of+tests' }
const page = 3
const md5 = (body: Buffer | string) => createHash('md5').update(body).digest('hex')
const sha = (body: Buffer | string) => createHash('sha256').update(body).digest('hex')

/** @param buckets that there are */
export async function startS3(...buckets: readonly string[]): Promise<S3StandIn> {
  const objects: S3StandIn['objects'] = new Map()
  const uploads = new Map<
    string,
    { readonly parts: Map<number, Buffer>; readonly notes: StoredObject['notes'] }
  >()
  const asked: string[] = []
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => request.socket.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const { method = '' } = request
    const url = new URL(request.url ?? '', 'http://s3')
    const path = decodeURIComponent(url.pathname).slice(1).replace(/\/$/, '')
    asked.push(`${method} ${path}`)
    const trouble = standIn.trouble(method, path, asked.length)
    if (trouble === 'cut') return void request.socket.destroy()
    if (trouble === 'slow') await delay(800)
    const say = (
      status: number,
      headers: Record<string, string> = {},
      text: string | Buffer = '',
    ) => {
      if (trouble === 'cut after') return void request.socket.destroy()
      response.writeHead(status, { 'content-length': String(text.length), ...headers })
      response.end(method === 'HEAD' ? undefined : text)
    }
    const refuse = (status: number, code: string) =>
      say(status, {}, `<Error><Code>${code}</Code></Error>`)
    if (trouble === 'error') return refuse(500, 'InternalError')
    if (!isSigned(request, url, body)) return refuse(403, 'SignatureDoesNotMatch')
    const [bucket = ''] = path.split('/')
    if (!buckets.includes(bucket)) return refuse(404, 'NoSuchBucket')
    const before = objects.get(path)
    const holds =
      standIn.careless ||
      ((request.headers['if-none-match'] !== '*' || before === undefined) &&
        (request.headers['if-match'] === undefined || request.headers['if-match'] === before?.etag))
    const notes = Object.fromEntries(
      Object.entries(request.headers)
        .filter(([name]) => name.startsWith('x-amz-meta-'))
        .map(([name, value]) => [name, String(value)]),
    )
    const query = (name: string) => url.searchParams.get(name) ?? undefined
    if (query('list-type') !== undefined)
      return say(200, {}, listed(bucket, query('prefix') ?? '', query('continuation-token')))
    const upload = uploads.get(query('uploadId') ?? '')
    if (query('uploadId') !== undefined && !upload) return refuse(404, 'NoSuchUpload')
    switch (method) {
      case 'HEAD':
      case 'GET': {
        if (!before) return refuse(404, 'NoSuchKey')
        if (!holds) return refuse(412, 'PreconditionFailed')
        const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
        const part =
          from === undefined ? before.body : before.body.subarray(Number(from), Number(to) + 1)
        return say(from === undefined ? 200 : 206, { etag: before.etag, ...before.notes }, part)
      }
      case 'PUT':
        if (upload) {
          upload.parts.set(Number(query('partNumber')), body)
          return say(200, { etag: `"${md5(body)}"` })
        }
        if (!holds) return refuse(412, 'PreconditionFailed')
        objects.set(path, { body, notes, etag: `"${md5(body)}"` })
        return say(200, { etag: `"${md5(body)}"` })
      case 'POST': {
        if (!upload) {
          const id = `<${uploads.size}>`
          uploads.set(id, { parts: new Map(), notes })
          return say(200, {}, `<UploadId>&lt;${id.slice(1, -1)}&gt;</UploadId>`)
        }
        if (!holds) return refuse(412, 'PreconditionFailed')
        const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) =>
          Number(number),
        )
        const whole = Buffer.concat(
          numbers.map((number) => upload.parts.get(number) ?? Buffer.of()),
        )
        objects.set(path, {
          body: whole,
          notes: upload.notes,
          etag: `"${md5(whole)}-${numbers.length}"`,
        })
        uploads.delete(query('uploadId') ?? '')
        return say(200, {}, '<CompleteMultipartUploadResult/>')
      }
      case 'DELETE':
        if (upload) uploads.delete(query('uploadId') ?? '')
        else objects.delete(path)
        return say(204)
      default:
        return refuse(405, 'MethodNotAllowed')
    }
  }

  function listed(bucket: string, prefix: string, after = ''): string {
    const names = [...objects.keys()]
      .flatMap((path) =>
        path.startsWith(`${bucket}/${prefix}`) ? [path.slice(bucket.length + 1)] : [],
      )
      .filter((name) => name > after)
      .sort()
    const some = names.slice(0, page).map((name) => {
      const { etag, body } = objects.get(`${bucket}/${name}`) ?? { etag: '', body: '' }
      const key = encodeURIComponent(name).replaceAll('%20', '+').replaceAll('%2F', '/')
      return `<Contents><Key>${key}</Key><ETag>${etag.replaceAll('"', '&quot;')}</ETag><Size>${body.length}</Size></Contents>`
    })
    const more = names.length > page
    const last = (names[page - 1] ?? '').replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    return `<ListBucketResult>${some.join('')}<IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${last}</NextContinuationToken>` : ''}</ListBucketResult>`
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  const standIn: S3StandIn = {
    ...{ url, objects, asked, careless: false, trouble: () => undefined },
    env: {
      AWS_ENDPOINT_URL_S3: url,
      AWS_ACCESS_KEY_ID: keys.id,
      AWS_SECRET_ACCESS_KEY: keys.secret,
      AWS_REGION: 'eu-central-1',
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return standIn
}

/** AWS Signature Version 4, as the documentation of Amazon S3 describes it. */
function isSigned({ headers, method }: IncomingMessage, url: URL, body: Buffer): boolean {
  const [, scope = '', names = '', signature] =
    /Credential=limbic\/(\S+), SignedHeaders=(\S+), Signature=(\w+)/.exec(
      headers.authorization ?? '',
    ) ?? []
  const content = String(headers['x-amz-content-sha256'])
  if (content !== sha(body)) return false
  const canonical = [
    ...[method, url.pathname],
    [...url.searchParams]
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
      .sort()
      .join('&'),
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    ...['', names, content],
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha(canonical)].join('\n')
  const sign = (key: string | Buffer, words: string) =>
    createHmac('sha256', key).update(words).digest()
  const key = scope.split('/').reduce<string | Buffer>(sign, `AWS4${keys.secret}`)
  return sign(key, text).toString('hex') === signature
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
