/** Opens a trained model from an exported file, without the model's code and without Node. */
import { readModelMetadata } from '../../graph/onnx/metadata.js'
import type { Session } from '../../runtime/session.js'
import type { KnownAnswer } from '../../task/kinds.js'
import { type ModelDescription, readDescription } from '../exported/description.js'
import { pageRoom, type Room } from '../memory.js'
import { type Answering, answeringWith, TrainedModel } from '../trained-model.js'
import { type TurnOptions, Turns } from '../turns.js'

/** A file that is open: what it says of itself, and what answers. */
export interface OpenedOnnx {
  readonly about: ModelDescription
  readonly answering: Answering
}

/**
 * @param bytes of the file
 * @param path its name in messages
 * @param open opens a session of it
 * @throws LimbicError if Limbic did not write the file, it is damaged or of a later version, or
 * cannot run here
 */
export async function openOnnx(
  bytes: Uint8Array,
  path: string,
  open: (model: Uint8Array) => Promise<Session>,
  options: TurnOptions = {},
): Promise<OpenedOnnx> {
  const metadata = readModelMetadata(bytes, path)
  const session = await open(bytes)
  try {
    const about = readDescription(metadata, session, path)
    return { about, answering: answeringWith(new Turns(session, options), about.memory) }
  } catch (error) {
    await session.close()
    throw error
  }
}

/**
 * The same, as a model.
 *
 * @param room the memory available for a run; default: that of a web page
 */
export async function fromOnnx(
  bytes: Uint8Array,
  path: string,
  open: (model: Uint8Array) => Promise<Session>,
  options: TurnOptions = {},
  room: Room = pageRoom,
): Promise<TrainedModel> {
  const { about, answering } = await openOnnx(bytes, path, open, options)
  return new TrainedModel<KnownAnswer>(path, about, answering, room)
}
