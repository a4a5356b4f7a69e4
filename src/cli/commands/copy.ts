/** `limbic copy`: data and runs between this machine and a store. */
import { cpSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { count } from '../../base/text/words.js'
import { isRemote, readObjectAddress } from '../../remote/address.js'
import { mirrorOf } from '../../remote/mirror.js'
import { openRemote } from '../../remote/store.js'
import { RunFolder } from '../../runs/folder.js'
import { findRunFolders } from '../../runs/list.js'
import { pull, push } from '../../runs/remote/exchange.js'
import { sameRun } from '../../runs/same-run.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'

export function define(command: Command): void {
  withTerminal(command)
    .argument('<from>', 'a file or folder, or an address: s3://BUCKET/PATH')
    .argument('<to>', 'an address, or a file or folder that does not exist')
    .addHelpText(
      'after',
      `
One of the two is an address in an S3-compatible store. A complete run becomes one object, run.tar, and
a folder again when it is copied back; all else is copied file by file. The store and its keys are those
of AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

Examples:
  $ limbic copy features.pkl s3://lab/features.pkl
  $ limbic copy s3://lab/runs/table runs/table`,
    )
  command.action(async (from: string, to: string, options: TerminalOptions) => {
    if (isRemote(from) === isRemote(to)) {
      throw new LimbicError('one of the two must be in a store, the other on this machine', {
        where: `${from}, ${to}`,
        expected: 's3://BUCKET/PATH and a path',
      })
    }
    const terminal = openTerminal(options)
    const files = isRemote(from) ? await fetch(from, to) : await send(from, to)
    terminal.record({ event: 'copied', from, to, files })
    terminal.print(`${count(files, 'file')} copied to ${to}`)
  })
}

async function fetch(from: string, to: string): Promise<number> {
  if (existsSync(to)) {
    throw new LimbicError('a file or folder of that name already exists', {
      where: to,
      hint: 'Choose another name',
    })
  }
  const { path, found } = await pull(await openRemote(), readObjectAddress(from))
  if (!found) {
    throw new LimbicError('nothing in the store has this address', {
      where: from,
      hint: 'Check the address, and AWS_ENDPOINT_URL',
    })
  }
  return copyPlain(path, to)
}

async function send(from: string, to: string): Promise<number> {
  if (!existsSync(from)) {
    throw new LimbicError('no such file or folder', { where: from, hint: 'Check the path' })
  }
  const runs = statSync(from).isDirectory() ? findRunFolders(from) : []
  const open = runs.find((run) => !run.complete)
  if (open) {
    throw new LimbicError('only complete runs are kept in a store', {
      where: open.path,
      hint: 'Complete it first with limbic train --resume',
    })
  }
  const address = readObjectAddress(to)
  const remote = await openRemote()
  if (statSync(from).isFile()) {
    await remote.put(address, from)
    return 1
  }
  // Corpora are large, and nothing is gained by a mirror of them.
  if (runs.length === 0) {
    const names = filesIn(from)
    for (const name of names) {
      const key = [address.key, ...name.split(sep)].filter((part) => part !== '').join('/')
      await remote.put({ bucket: address.bucket, key }, join(from, name))
    }
    return names.length
  }
  const { path } = await pull(remote, address)
  for (const run of runs) {
    const own = join(path, run.path.slice(from.length))
    const there = new RunFolder(own)
    if (!there.complete || sameRun(there.readConfig(), run.readConfig())) continue
    throw new LimbicError('the store has another run here', {
      where: own,
      hint: 'Choose another address, or delete that run',
    })
  }
  const files = copyPlain(from, mirrorOf(address))
  await push(remote, path)
  return files
}

/** Copies all but hidden files; returns how many. */
function copyPlain(from: string, to: string): number {
  let files = 0
  cpSync(from, to, {
    recursive: true,
    filter: (path) => {
      const hidden = path
        .slice(from.length)
        .split(sep)
        .some((part) => part.startsWith('.'))
      if (!hidden && statSync(path).isFile()) files++
      return !hidden
    },
  })
  return files
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.split(sep).some((part) => part.startsWith('.')))
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort()
}
