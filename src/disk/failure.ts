/** What the file system says when something fails, in words for people. */
import { LimbicError } from '../base/errors.js'

type Advice = readonly [what: string, hint?: string]

const checkPath = 'Check the path'
const elsewhere = 'Choose another place'
const nothingChanged = 'Choose another place; nothing was changed'

/** By the system's own names of what can go wrong. */
const advice: Readonly<Record<string, Advice>> = {
  ENOENT: ['no such file or folder', checkPath],
  ENOTDIR: ['a part of the path is a file, not a folder', checkPath],
  ELOOP: ['the path goes in circles through symbolic links', 'Name what the links should lead to'],
  ENAMETOOLONG: ['the name is longer than the file system takes', 'Choose a shorter one'],
  ERR_INVALID_ARG_VALUE: ['no path can hold this character', checkPath],
  EISDIR: ['is a folder, not a file', 'Name a file'],
  EEXIST: ['something of that name is in the way', elsewhere],
  ENOTEMPTY: ['a folder with something in it is in the way', elsewhere],
  EACCES: ['permission denied', 'Check who may read or write it'],
  EPERM: ['operation not permitted', 'Check who may read or write it'],
  EROFS: ['the file system is read-only', elsewhere],
  ENOSPC: ['the disk is full', 'Free some space or choose another place; nothing was changed'],
  EDQUOT: ['the disk quota is used up', 'Free some space; nothing was changed'],
  EFBIG: ['the file would be larger than allowed', nothingChanged],
  EMLINK: ['the folder takes no more entries', elsewhere],
  EXDEV: ['two file systems, between which nothing can be renamed', elsewhere],
  EBUSY: ['in use by another program', 'Close that first'],
  ETXTBSY: ['in use by another program', 'Close that first'],
  EMFILE: ['this process has too many files open', 'Raise the limit with ulimit -n'],
  ENFILE: ['the system has too many files open', 'Close some programs'],
  EIO: ['the disk fails to read or write', 'Copy the file from elsewhere; the disk may be damaged'],
  ESTALE: ['the shared file system lost the file', 'Try again'],
  ETIMEDOUT: ['the shared file system does not answer', 'Try again'],
  EHOSTDOWN: ['the shared file system does not answer', 'Try again'],
  ENXIO: ['a socket or a device without anything behind it, not a file', 'Name a file'],
  ENODEV: ['a device without anything behind it, not a file', 'Name a file'],
  EINVAL: ['the file system does not allow this', elsewhere],
  ENOTSUP: ['the file system does not allow this', elsewhere],
  EOPNOTSUPP: ['the file system does not allow this', elsewhere],
  ENOSYS: ['the file system does not allow this', elsewhere],
  ENOMEM: ['the system has no memory left', 'Close some programs'],
  EPIPE: ['whoever was to read this has gone'],
  ECONNRESET: ['whoever wrote this has gone'],
  ERR_FS_FILE_TOO_LARGE: ['too large to be read at once'],
  ERR_STRING_TOO_LONG: ['longer than any text can be in memory', 'Divide it'],
}

/** Turns a failure of the file system into a sentence with advice; anything else is returned as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  if (error instanceof LimbicError || !(error instanceof Error) || !('code' in error)) return error
  const code = String(error.code)
  const [what, hint]: Advice = (Object.hasOwn(advice, code) && advice[code]) || [error.message]
  return new LimbicError(what, { where: path, ...(hint && { hint }) }, { cause: error })
}
