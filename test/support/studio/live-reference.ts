/** What the starter models answer to a recorded live session, by Node's engine. */
import { bundledFile, bundledWeights, readBundledWeights } from '../../../src/disk/assets.js'
import type { Source } from '../../../src/media/source.js'
import { openFaceReader } from '../../../src/recognise/face.js'
import { fuse, sharedEmotions } from '../../../src/recognise/fuse.js'
import type { LiveAnswer } from '../../../src/recognise/live.js'
import type { Estimate } from '../../../src/recognise/recognition.js'
import { openVoiceReader, starterVoice } from '../../../src/recognise/voice.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { loadModel } from '../../../src/use/open/load.js'

/** Seconds that an answer averages, and after which a voice no longer counts. */
const moment = 0.5
const stale = 1

export interface LiveReference {
  /**
   * The largest difference between an answer and the nearest one that Node can give: which voice is
   * the latest when a frame is answered depends on how fast the page is.
   */
  distance(answer: LiveAnswer): number
}

/** Reads all frames and all sound of a session. */
export async function starterAnswers(source: Source): Promise<LiveReference> {
  const face = await openFaceReader(
    nodeEngine,
    { faces: readBundledWeights('faces'), expression: readBundledWeights('expression') },
    { smallestFace: 32 },
  )
  const path = bundledFile(bundledWeights.voice, 'missing')
  const model = await loadModel(path, { threads: 1 })
  const voice = await openVoiceReader(nodeEngine, { model, ...starterVoice }, true)
  const emotions = sharedEmotions([voice.emotions, face.emotions])
  const seen: Estimate[] = []
  const times: number[] = []
  for await (const { frame, estimate } of face.watch(source, { frames: { rate: 12 } })) {
    if (!estimate) continue
    seen.push(estimate)
    times.push(frame.time)
  }
  const heard: Estimate[] = []
  for await (const estimate of voice.listen(source)) heard.push(estimate)
  await Promise.all([face.close(), voice.close()])

  const answersAt = (time: number, said: Estimate | undefined) => {
    const start = Math.max(0, time - moment)
    const shifted = (estimate: Estimate) => ({
      ...estimate,
      ...{ start: estimate.start - start, end: Math.max(estimate.end, time) - start },
    })
    const recent = seen.filter(({ end }, at) => (times[at] ?? 0) <= time && end > time - moment)
    const { timeline } = fuse(
      {
        face: { emotions: face.emotions, estimates: recent.map(shifted) },
        voice: { emotions: voice.emotions, estimates: said ? [shifted(said)] : [] },
      },
      ...([moment, moment, emotions] as const),
    )
    return timeline[0]
  }
  return {
    distance({ time, probabilities, alone }) {
      const candidates = alone.voice
        ? heard.filter(({ end, probabilities: own }) => own.length > 0 && time - end <= stale)
        : [undefined]
      const distances = candidates.map((said) => {
        const expected = answersAt(time, said)
        return Math.max(
          apart(probabilities, expected?.probabilities),
          apart(alone.voice, expected?.voice),
          apart(alone.face, expected?.face),
        )
      })
      return Math.min(...distances)
    },
  }
}

function apart(one: readonly number[] | undefined, other: readonly number[] | undefined): number {
  if (!one && !other) return 0
  if (one?.length !== other?.length) return Number.POSITIVE_INFINITY
  return Math.max(...(one ?? []).map((value, at) => Math.abs(value - (other?.[at] ?? 0))))
}
