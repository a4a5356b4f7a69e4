/** The heartbeat of locks: a thread of its own writes to them, however busy the process is. */
import { Worker } from 'node:worker_threads'
import { beatSeconds } from './holder.js'

/**
 * What the thread runs. It writes a lock's own words over themselves, which leaves the time of the
 * file system on it, and leaves alone what has another's words by now. It is text, since it must
 * run alike from source, from a build and from a bundle.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { closeSync, constants, fstatSync, openSync, readSync, writeSync } = require('node:fs')
// A pipe in the place of a lock opens at once, and is left alone.
const flags = constants.O_RDWR | (constants.O_NONBLOCK ?? 0)
const locks = new Map()
parentPort.on('message', ({ path, words }) => {
  if (words === undefined) locks.delete(path)
  else locks.set(path, words)
})
setInterval(() => {
  for (const [path, words] of locks) {
    try {
      const file = openSync(path, flags)
      try {
        if (!fstatSync(file).isFile()) continue
        const found = Buffer.alloc(Buffer.byteLength(words) + 1)
        const length = readSync(file, found, 0, found.length, 0)
        if (found.toString('utf8', 0, length) === words) writeSync(file, words, 0)
      } finally {
        closeSync(file)
      }
    } catch {}
  }
}, workerData)
`

/** Lets locks beat. */
export interface Heartbeat {
  /** @param words what the lock holds */
  start(path: string, words: string): void
  stop(path: string): void
}

/**
 * One thread for any number of locks, begun with the first, which keeps no process from ending.
 *
 * @param milliseconds between two beats
 */
export function heartbeat(milliseconds = beatSeconds * 1000): Heartbeat {
  let thread: Worker | undefined
  return {
    start(path, words) {
      if (!thread) {
        thread = new Worker(program, { eval: true, execArgv: [], workerData: milliseconds })
        thread.unref()
        // Without a thread there is no heartbeat; on this machine the process itself is the sign.
        thread.once('error', () => {
          thread = undefined
        })
      }
      thread.postMessage({ path, words })
    },
    stop: (path) => thread?.postMessage({ path }),
  }
}
