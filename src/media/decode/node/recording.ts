/** A recording as its readers have it. */
import { Complaints, type Health } from '../health.js'
import { Decoder, type Message } from './decoder.js'
import { type Facts, isComplaint } from './facts.js'
import type { Program } from './program.js'

export interface Recording {
  readonly path: string
  readonly name: string
  readonly program: Program
  readonly facts: Facts
  readonly health: Health
  /** Seconds for which ffmpeg may do nothing. */
  readonly patience: number
  /** Whatever decodes at the moment. */
  readonly running: Set<Decoder>
}

/** A run of ffmpeg over a recording, ended with it. */
export interface Run extends AsyncDisposable {
  readonly decoder: Decoder
  readonly complaints: Complaints
}

/**
 * Runs ffmpeg over a recording.
 *
 * @param hear gets the messages that are no complaints
 */
export function startRun(
  { program, name, patience, running }: Omit<Recording, 'facts'>,
  args: readonly string[],
  hear: (message: Message) => void,
  input = false,
): Run {
  const complaints = new Complaints()
  const decoder = new Decoder(program, args, {
    ...{ name, patience, input },
    onMessage: (message) => {
      if (isComplaint(message)) complaints.add(message.text)
      else hear(message)
    },
  })
  running.add(decoder)
  return {
    decoder,
    complaints,
    async [Symbol.asyncDispose]() {
      running.delete(decoder)
      await decoder.stop()
    },
  }
}
