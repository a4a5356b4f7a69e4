/** The flags of commands that hand out their work over a queue. */
import { type Command, Option } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { type QueueAddress, readAddress } from '../../sweep/queues/redis/connect.js'

export interface QueueOptions {
  readonly queue?: string | true
  readonly detach?: boolean
}

/** The variable for an address whose password must not appear in a list of processes. */
const variable = 'LIMBIC_QUEUE'
const heading = 'Many machines:'

/** Adds --queue to a command. */
export function addQueueOnly(command: Command, what: string): Command {
  return command.addOption(
    new Option(
      '--queue [address]',
      `hand out ${what} to workers on any machine, by a queue on Redis: redis://HOST:PORT (default: $${variable})`,
    ).helpGroup(heading),
  )
}

/** Adds --queue and --detach to a command. */
export function addQueue(command: Command, what: string): Command {
  return addQueueOnly(command, what).addOption(
    new Option('--detach', `with --queue: hand out ${what} and leave`).helpGroup(heading),
  )
}

/** The help of such commands on queues. */
export const queueHelp = `With --queue, runs go to workers on other machines, which are started there with
"limbic worker --queue ADDRESS". All of them see the folders of data and results under the same path, or
name its place with --base. Each run takes one thread unless --threads is given. Repeat the command to
follow what was handed out before. Ctrl-C takes back what is not complete; a command that is killed, or
was given with --detach, leaves it to the workers.`

/**
 * The queue that a command line names; undefined if it names none.
 *
 * @throws LimbicError if it is not an address
 */
export function readQueue({ queue, detach }: QueueOptions): QueueAddress | undefined {
  if (queue === undefined) {
    if (!detach) return undefined
    throw new LimbicError('is for runs that are handed out', {
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

/** The queue of a command line, and whether to leave the work to it. */
export function handoutOf(
  options: QueueOptions,
): { readonly address: QueueAddress; readonly detach: boolean } | undefined {
  const address = readQueue(options)
  return address && { address, detach: options.detach === true }
}
