/** `limbic worker`: runs jobs that other machines submit to a queue. */

import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { count } from '../../base/text/words.js'
import { readCount } from '../../base/values.js'
import { readAddress } from '../../sweep/queues/redis/connect.js'
import { type ServedEnd, serveQueue } from '../../sweep/serve/serve-queue.js'
import { openClipPerformer } from '../extracting/queued-clips.js'
import { queueOfEnvironment } from '../flags/queue.js'
import { interruptible } from '../terminal/interrupt.js'

import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'

interface Options extends TerminalOptions {
  readonly queue?: string
  readonly slots?: string
  readonly lease: string
  readonly untilEmpty?: boolean
  readonly base?: string
  readonly allowModelFiles?: boolean
}

export function define(command: Command): void {
  withTerminal(command)
    .option(
      '--queue <address>',
      'the queue, on Redis or Valkey: redis://HOST:PORT, or rediss://USER:PASSWORD@HOST:PORT (default: $LIMBIC_QUEUE)',
    )
    .option(
      '--slots <count>',
      `how many runs to train at once, each in a process of its own (default: ${availableParallelism()})`,
    )
    .option('--until-empty', 'exit once no job is waiting or running on any machine')
    .option(
      '--base <folder>',
      'path on this machine of the folder that runs were submitted from (default: the same path)',
    )
    .option(
      '--lease <seconds>',
      'time without a heartbeat after which its jobs go to other workers',
      '30',
    )
    .option('--allow-model-files', "execute models' own files")
    .addHelpText(
      'after',
      `
Runs jobs that limbic train, limbic reproduce and limbic data extract submit with --queue. A run appears
in its folder once it is complete. Workers may be started, stopped and killed at any time: if a worker is
lost, another resumes its runs after their last finished epoch. A job contains names and numbers, never
code. A model's own file is executed only with --allow-model-files, and only if this machine has the
same file as the one that submitted the run.

Examples:
  $ limbic worker --queue redis://head:6379
  $ limbic worker --queue redis://head:6379 --slots 2 --until-empty
  $ LIMBIC_QUEUE=rediss://limbic:secret@head:6379 limbic worker --base /mnt/project`,
    )
  command.action(async (options: Options) => {
    const terminal = openTerminal(options)
    const { queue: address, base } = options
    const queue = address === undefined ? queueOfEnvironment() : readAddress(address)
    const slots =
      options.slots === undefined
        ? availableParallelism()
        : readCount('--slots', options.slots, 1, 10_000)
    const leaseSeconds = readCount('--lease', options.lease, 1, 86_400)
    let done = 0
    await interruptible((signal) =>
      serveQueue({
        ...{ queue, slots, leaseSeconds, signal },
        others: new Map([['clip', openClipPerformer]]),
        untilEmpty: options.untilEmpty === true,
        allowModelFiles: options.allowModelFiles === true,
        ...(base !== undefined && { base }),
        ready: () => {
          terminal.record({ event: 'ready', queue: queue.shown, slots })
          terminal.note(`Waiting for jobs at ${queue.shown}, ${count(slots, 'slot')}`)
        },
        began: (label) => {
          terminal.record({ event: 'began', label })
          terminal.note(`${label}: started`)
        },
        ended: (label, end) => {
          if (end.state === 'complete') done++
          tell(terminal, label, end)
        },
      }),
    )
    terminal.record({ event: 'end', complete: done })
    terminal.print(`${count(done, 'job')} completed`)
  })
}

function tell(terminal: Terminal, label: string, end: ServedEnd): void {
  terminal.record({ event: 'ended', label, ...end })
  if (end.state === 'failed') terminal.note(`${label}: failed: ${end.message}`)
  else if (end.state === 'lost') terminal.note(`${label}: left to other workers`)
  else terminal.note(`${label}: ${end.state}`)
}
