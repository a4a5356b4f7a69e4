/** Signed requests to an S3-compatible store, repeated while the trouble may pass. */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { LimbicError } from '../base/errors.js'
import { type ObjectAddress, writeObjectAddress } from './address.js'
import type { RemoteSettings } from './settings.js'

export interface Ask {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly address: ObjectAddress
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

/** How long trouble is waited out. */
export interface Patience {
  /** How many times a request is sent. */
  readonly attempts: number
  /** Milliseconds before the second time; doubled before each further one, up to 10 s. */
  readonly pause: number
  /** Milliseconds that one request may take. */
  readonly longest: number
}

/** Waits out a minute of trouble. */
export const usualPatience: Patience = { attempts: 12, pause: 100, longest: 120_000 }
const longestPause = 10_000

export type Send = (ask: Ask) => Promise<Answer>

/**
 * Sends requests with AWS Signature Version 4. Answers of 5xx, 429, 408 and 409 (two conditional
 * writes at once), cut connections and silence are tried again; 404 and 412 are answers.
 *
 * @throws LimbicError for every other answer, and if the trouble does not pass
 */
export async function openRequests(settings: RemoteSettings, patience: Patience): Promise<Send> {
  // Loaded only when needed: most commands use no store.
  const { AwsClient } = await import('aws4fetch')
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken } = settings
  const client = new AwsClient({
    ...{ accessKeyId, secretAccessKey, region, service: 's3' },
    ...(sessionToken !== undefined && { sessionToken }),
  })
  const once = async ({ method, address, query = {}, headers, body }: Ask): Promise<Answer> => {
    const path = [address.bucket, ...address.key.split('/')].map(encoded).join('/')
    const words = Object.entries(query).map(([name, value]) => `${name}=${encoded(value)}`)
    const signed = await client.sign(`${endpoint}/${path}?${words.join('&')}`, {
      method,
      headers: {
        ...headers,
        // The store compares this with what arrives.
        'x-amz-content-sha256': createHash('sha256')
          .update(body ?? '')
          .digest('hex'),
      },
      ...(body && { body }),
    })
    const response = await fetch(signed, { signal: AbortSignal.timeout(patience.longest) })
    const bytes = new Uint8Array(await response.arrayBuffer())
    return { status: response.status, headers: response.headers, body: bytes }
  }
  return async (ask) => {
    let trouble = ''
    for (let attempt = 0; attempt < patience.attempts; attempt++) {
      if (attempt > 0) {
        const pause = Math.min(longestPause, patience.pause * 2 ** (attempt - 1))
        // Workers that failed together do not come back together.
        await delay(pause * (0.5 + Math.random() / 2))
      }
      let answer: Answer
      try {
        answer = await once(ask)
      } catch (error) {
        trouble = reasonOf(error)
        continue
      }
      const { status } = answer
      // Putting pieces together takes long enough that an answer may begin before it fails.
      if (status === 200 && ask.method === 'POST' && /<Error>/.test(textOf(answer))) {
        trouble = describeAnswer(answer)
        continue
      }
      if (status < 300 || status === 404 || status === 412) return answer
      trouble = describeAnswer(answer)
      if (status < 500 && ![408, 409, 429].includes(status)) throw refused(ask, status, trouble)
    }
    throw new LimbicError('the store does not answer', {
      where: writeObjectAddress(ask.address),
      got: `${trouble} from ${new URL(endpoint).host}, ${patience.attempts} times`,
      hint: 'Is it running, and is AWS_ENDPOINT_URL right?',
    })
  }
}

/** All but the unreserved characters, as signatures want it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function refused({ address, method }: Ask, status: number, trouble: string): LimbicError {
  const reads = method === 'GET' || method === 'HEAD'
  return new LimbicError(`the store refuses to ${reads ? 'read' : 'write'} this`, {
    where: writeObjectAddress(address),
    got: trouble,
    ...(status === 403 && {
      hint: 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do',
    }),
    ...((status === 301 || status === 400) && { hint: 'Check AWS_REGION' }),
  })
}

/** `403 SignatureDoesNotMatch` */
function describeAnswer(answer: Answer): string {
  const [, code = ''] = /<Code>([^<]*)<\/Code>/.exec(textOf(answer)) ?? []
  return `${answer.status} ${code}`.trim()
}

export function textOf({ body }: Answer): string {
  return Buffer.from(body).toString('utf8')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
