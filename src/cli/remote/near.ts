/**
 * Lets commands read and write what lies in a store: addresses (s3://) among their arguments are
 * brought to the mirror first, and what they write there goes back afterwards.
 */
import { existsSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import { isRemote, readObjectAddress } from '../../remote/address.js'
import { setShown } from '../terminal/streams.js'

/** Flags whose value stays an address: it becomes part of a run, and every machine opens it itself. */
const kept: ReadonlySet<string> = new Set(['--data', '--vectors'])
/** Flags that name where a command writes. */
const written: ReadonlySet<string> = new Set(['--out', '--resume'])
/** Commands that read addresses themselves. */
const own: ReadonlySet<string> = new Set(['copy', 'worker'])

export interface Near {
  /** The arguments with places on this machine. */
  readonly args: readonly string[]
  /** Sends what the command wrote to the store. */
  finish(): Promise<void>
}

/** @throws LimbicError if the store has nothing at an address that is read */
export async function bringNear(args: readonly string[]): Promise<Near> {
  const [command = ''] = args
  if (!args.some((word) => isRemote(valueIn(word))) || own.has(command)) {
    return { args, finish: async () => {} }
  }
  const [{ openRemote }, { pull, push }, { mirrorFolder }] = await Promise.all([
    import('../../remote/store.js'),
    import('../../runs/remote/exchange.js'),
    import('../../remote/mirror.js'),
  ])
  const remote = await openRemote()
  setShown(`${mirrorFolder()}/`, 's3://')
  const out: string[] = []
  const places: string[] = []
  for (const [index, word] of args.entries()) {
    const value = valueIn(word)
    const flag = flagOf(args, index)
    if (!isRemote(value) || kept.has(flag)) {
      places.push(word)
      continue
    }
    const { path, found } = await pull(remote, readObjectAddress(value))
    if (written.has(flag)) out.push(path)
    else if (!found) {
      throw new LimbicError('nothing in the store has this address', {
        where: value,
        hint: 'Check the address, and AWS_ENDPOINT_URL',
      })
    }
    places.push(word.slice(0, word.length - value.length) + path)
  }
  return {
    args: places,
    async finish() {
      for (const path of out) if (existsSync(path)) await push(remote, path)
    },
  }
}

/** The value of `--flag=value`, or the word itself. */
function valueIn(word: string): string {
  return /^--[\w-]+=(.*)$/s.exec(word)?.[1] ?? word
}

/** The flag that a word is a value of; one without values of its own does not matter here. */
function flagOf(args: readonly string[], index: number): string {
  const word = args[index] ?? ''
  if (word.startsWith('--')) return word.split('=', 1).join()
  const before = args.slice(0, index).findLastIndex((one) => one.startsWith('--'))
  const flag = args[before] ?? ''
  // Only the data of a table may be several.
  return before === index - 1 || args[0] === 'reproduce' ? flag : ''
}
