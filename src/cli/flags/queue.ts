/** The flags of commands that submit jobs to a queue. */
import { type Command, Option } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { type QueueAddress, readAddress } from '../../sweep/queues/redis/connect.js'

export interface QueueOptions {
  readonly queue?: string | true
  readonly detach?: boolean
}

/**
 * The environment variable for the address, since passwords on a command line show up in process
 * lists.
 */
const variable = 'LIMBIC_QUEUE'
const heading = 'Many machines:'

/** Adds --queue to a command. */
export function addQueueOnly(command: Command, what: string): Command {
  return command.addOption(
    new Option(
      '--queue [address]',
      `submit ${what} to a queue on Redis, for workers on any machine: redis://HOST:PORT (default: $${variable})`,
    ).helpGroup(heading),
  )
}

/** Adds --queue and --detach to a command. */
export function addQueue(command: Command, what: string): Command {
  return addQueueOnly(command, what).addOption(
    new Option('--detach', `with --queue: submit ${what} and exit`).helpGroup(heading),
  )
}

/** The help on queues of these commands. */
export const queueHelp = `With --queue, workers on other machines train the runs. Start them there with
"limbic worker --queue ADDRESS". All machines need the folders of data and results, under the same path
unless a worker is started with --base, or both lie in a store (s3://BUCKET/PATH). Each run uses one thread unless --threads is given. Repeat the
command to follow runs that are already in the queue. Ctrl-C cancels the runs that are not complete; with
--detach, or if the command is killed, they stay in the queue.`

/**
 * The queue given on the command line, if any.
 *
 * @throws LimbicError if it is not an address
 */
export function readQueue({ queue, detach }: QueueOptions): QueueAddress | undefined {
  if (queue === undefined) {
    if (!detach) return undefined
    throw new LimbicError('only applies with --queue', {
      where: '--detach',
      hint: 'Name a queue with --queue redis://HOST:PORT',
    })
  }
  return typeof queue === 'string' ? readAddress(queue) : queueOfEnvironment()
}

/** The queue that `$LIMBIC_QUEUE` names. @throws LimbicError if it names none */
export function queueOfEnvironment(): QueueAddress {
  const { [variable]: text } = process.env
  if (text !== undefined && text !== '') return readAddress(text, `$${variable}`)
  throw new LimbicError('no queue given', {
    where: '--queue',
    hint: `Give its address, such as redis://HOST:6379, or set ${variable}`,
  })
}

/** The queue of a command line, and whether to exit after submitting. */
export function handoutOf(
  options: QueueOptions,
): { readonly address: QueueAddress; readonly detach: boolean } | undefined {
  const address = readQueue(options)
  return address && { address, detach: options.detach === true }
}
