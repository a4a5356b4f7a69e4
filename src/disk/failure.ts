/** Explains file system errors in sentences. */
import { LimbicError } from '../base/errors.js'

type Advice = readonly [what: string, hint?: string]

const checkPath = 'Check the path'
const elsewhere = 'Choose another location'
const nothingChanged = 'Choose another location; nothing there was changed'

/** What to say for each error code of the system. */
const advice: Readonly<Record<string, Advice>> = {
  ENOENT: ['no such file or folder', checkPath],
  ENOTDIR: ['a part of the path is a file, not a folder', checkPath],
  ELOOP: ['the symbolic links in this path form a loop', 'Give the path of the file itself'],
  ENAMETOOLONG: ['the name is too long for the file system', 'Choose a shorter one'],
  ERR_INVALID_ARG_VALUE: ['a path cannot contain this character', checkPath],
  EISDIR: ['is a folder, not a file', 'Name a file'],
  EEXIST: ['a file or folder of that name already exists', elsewhere],
  ENOTEMPTY: ['the folder is not empty', elsewhere],
  EACCES: ['permission denied', 'Check its permissions'],
  EPERM: ['operation not permitted', 'Check its permissions'],
  EROFS: ['the file system is read-only', elsewhere],
  ENOSPC: [
    'the disk is full',
    'Free some space or choose another location; nothing there was changed',
  ],
  EDQUOT: ['the disk quota is exceeded', 'Free some space; nothing there was changed'],
  EFBIG: ['the file would be larger than allowed', nothingChanged],
  EMLINK: ['the folder cannot hold more entries', elsewhere],
  EXDEV: ['a file cannot be renamed across file systems', elsewhere],
  EBUSY: ['in use by another program', 'Close that program first'],
  ETXTBSY: ['in use by another program', 'Close that program first'],
  EMFILE: ['this process has too many files open', 'Raise the limit with ulimit -n'],
  ENFILE: ['the system has too many files open', 'Close some programs'],
  EIO: [
    'the disk reports an input/output error',
    'Restore the file from a copy; the disk may be damaged',
  ],
  ESTALE: ['the shared file system lost the file', 'Try again'],
  ETIMEDOUT: ['the shared file system does not answer', 'Try again'],
  EHOSTDOWN: ['the shared file system does not answer', 'Try again'],
  ENXIO: ['a socket or an unconnected device, not a file', 'Name a file'],
  ENODEV: ['an unconnected device, not a file', 'Name a file'],
  EINVAL: ['the file system does not allow this', elsewhere],
  ENOTSUP: ['the file system does not allow this', elsewhere],
  EOPNOTSUPP: ['the file system does not allow this', elsewhere],
  ENOSYS: ['the file system does not allow this', elsewhere],
  ENOMEM: ['the system is out of memory', 'Close some programs'],
  EPIPE: ['the reader closed the pipe'],
  ECONNRESET: ['the writer closed the connection'],
  ERR_FS_FILE_TOO_LARGE: ['too large to read at once'],
  ERR_STRING_TOO_LONG: ['too long for a string in memory', 'Divide it'],
}

/** Turns a file system error into a sentence with advice; anything else is returned unchanged. */
export function explainFileError(error: unknown, path: string): unknown {
  if (error instanceof LimbicError || !(error instanceof Error) || !('code' in error)) return error
  const code = String(error.code)
  const [what, hint]: Advice = (Object.hasOwn(advice, code) && advice[code]) || [error.message]
  return new LimbicError(what, { where: path, ...(hint && { hint }) }, { cause: error })
}
