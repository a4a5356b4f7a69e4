/** A trained model from an exported file: no code of its model, and nothing of Node. */
import { readModelMetadata } from '../../graph/onnx/metadata.js'
import type { Session } from '../../runtime/session.js'
import type { KnownAnswer } from '../../task/kinds.js'
import { readDescription } from '../exported/description.js'
import { pageRoom, type Room } from '../memory.js'
import { answeringWith, TrainedModel } from '../trained-model.js'
import { type TurnOptions, Turns } from '../turns.js'

/**
 * @param bytes of the file
 * @param path what it is called, for messages
 * @param open makes a session of it
 * @param room the memory that there is for a run; that of a page unless given
 * @throws LimbicError if it is no file of Limbic's, damaged, of a later version, or cannot be run here
 */
export async function fromOnnx(
  bytes: Uint8Array,
  path: string,
  open: (model: Uint8Array) => Promise<Session>,
  options: TurnOptions = {},
  room: Room = pageRoom,
): Promise<TrainedModel> {
  const metadata = readModelMetadata(bytes, path)
  const session = await open(bytes)
  try {
    const about = readDescription(metadata, session, path)
    return new TrainedModel<KnownAnswer>(
      path,
      about,
      answeringWith(new Turns(session, options), about.memory),
      room,
    )
  } catch (error) {
    await session.close()
    throw error
  }
}
