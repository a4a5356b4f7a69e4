/** Where the store is and who asks: the environment variables that other S3 programs read, too. */
import { LimbicError } from '../base/errors.js'

export interface RemoteSettings {
  /** The server's URL without a slash at its end; buckets are the first part of the path. */
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** @throws LimbicError if a key is missing, or the endpoint is not a URL */
export function settingsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RemoteSettings {
  const given = (...names: readonly string[]) =>
    names.map((name) => environment[name]).find((value) => value !== undefined && value !== '')
  const accessKeyId = given('AWS_ACCESS_KEY_ID')
  const secretAccessKey = given('AWS_SECRET_ACCESS_KEY')
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new LimbicError('an s3:// address needs keys', {
      where: accessKeyId === undefined ? '$AWS_ACCESS_KEY_ID' : '$AWS_SECRET_ACCESS_KEY',
      hint: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for a store other than Amazon's, also AWS_ENDPOINT_URL",
    })
  }
  const region = given('AWS_REGION', 'AWS_DEFAULT_REGION') ?? 'us-east-1'
  const endpoint =
    given('AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL') ?? `https://s3.${region}.amazonaws.com`
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new LimbicError('not the address of a server', {
      where: '$AWS_ENDPOINT_URL',
      expected: 'such as https://minio.example:9000',
      got: endpoint,
    })
  }
  const sessionToken = given('AWS_SESSION_TOKEN')
  return {
    endpoint: endpoint.replace(/\/+$/, ''),
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  }
}
