/** A studio of the tests: its server in this process, and requests to it as they come. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { describeFields } from '../../../src/cli/commands/studio.js'
import { type Studio, type StudioOptions, startStudio } from '../../../src/studio/server/start.js'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface AskOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface TestStudio extends AsyncDisposable {
  readonly studio: Studio
  readonly origin: string
  /** A request with exactly this path and these headers, which `fetch` would tidy up. */
  ask(path: string, options?: AskOptions): Promise<Answer>
  /** A request as the page makes it. */
  post(path: string, body: unknown): Promise<Answer>
}

export async function openStudio(
  options: Partial<StudioOptions> & Pick<StudioOptions, 'folder'>,
): Promise<TestStudio> {
  const studio = await startStudio({
    name: 'runs',
    data: [],
    fieldsOf: describeFields,
    port: 0,
    ...options,
  })
  const { origin, hostname, port } = new URL(studio.address)
  const ask: TestStudio['ask'] = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const request = httpRequest(
        { hostname, port, path, method, headers: { connection: 'close', ...headers } },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part
          })
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          )
        },
      )
      request.on('error', reject)
      request.end(body)
    })
  return {
    studio,
    origin,
    ask,
    post: (path, body) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, 'sec-fetch-site': 'same-origin' },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => studio.close(),
  }
}
