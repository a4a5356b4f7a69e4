/** An open recording, as its readers see it. */
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
  /** Seconds for which ffmpeg may make no progress. */
  readonly patience: number
  /** The decoders running now. */
  readonly running: Set<Decoder>
}

/** A run of ffmpeg over a recording; disposing it ends ffmpeg. */
export interface Run extends AsyncDisposable {
  readonly decoder: Decoder
  readonly complaints: Complaints
}

/**
 * Runs ffmpeg over a recording.
 *
 * @param hear called with messages other than errors and warnings
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
