/** Addresses of objects in an S3-compatible store: `s3://BUCKET/KEY`. */
import { LimbicError } from '../base/errors.js'

export interface ObjectAddress {
  readonly bucket: string
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly key: string
}

const scheme = 's3://'

/** Whether a path is an address in a store rather than one on this machine. */
export function isRemote(path: string): boolean {
  return path.startsWith(scheme)
}

/** @throws LimbicError if the text is not an address, or its key could not be a path of files */
export function readObjectAddress(text: string): ObjectAddress {
  const [bucket = '', ...parts] = text.slice(scheme.length).replace(/\/+$/, '').split('/')
  if (!isRemote(text) || !/^[\w.-]{3,255}$/.test(bucket)) {
    throw new LimbicError('not an address in a store', {
      where: text,
      expected: 's3://BUCKET/PATH',
    })
  }
  if (!parts.every(isPlainName)) {
    throw new LimbicError('a path in a store cannot have such a part', {
      where: text,
      expected: 'names without backslashes and control characters, none of them empty, "." or ".."',
    })
  }
  return { bucket, key: parts.join('/') }
}

export function writeObjectAddress({ bucket, key }: ObjectAddress): string {
  return key === '' ? `${scheme}${bucket}` : `${scheme}${bucket}/${key}`
}

/** Whether a part of a key can be the name of a file and means nothing else. */
function isPlainName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  return name !== '' && name !== '.' && name !== '..' && !/[\\\u0000-\u001f]/.test(name)
}
