/** Keeps locks alive from a separate thread, however busy the process is. */
import { Worker } from 'node:worker_threads'
import { beatSeconds } from './holder.js'

/**
 * The code of the thread. It rewrites each lock file with the same content, which updates the
 * modification time, unless the content has changed. It is a string so that it runs the same from
 * source, a build or a bundle.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { closeSync, constants, fstatSync, openSync, readSync, writeSync } = require('node:fs')
// Opening must not block on a pipe in the lock's place; a pipe is left alone.
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

/** Starts the heartbeat of a lock. */
export interface Heartbeat {
  /** @param words the lock's content */
  start(path: string, words: string): void
  stop(path: string): void
}

/**
 * One thread for all locks, started with the first; it does not keep the process alive.
 *
 * @param milliseconds the interval between beats
 */
export function heartbeat(milliseconds = beatSeconds * 1000): Heartbeat {
  let thread: Worker | undefined
  return {
    start(path, words) {
      if (!thread) {
        thread = new Worker(program, { eval: true, execArgv: [], workerData: milliseconds })
        thread.unref()
        // Without the thread there is no heartbeat; on this machine the process id is checked
        // instead.
        thread.once('error', () => {
          thread = undefined
        })
      }
      thread.postMessage({ path, words })
    },
    stop: (path) => thread?.postMessage({ path }),
  }
}
