/** Live answers from the trained layer. */
import { wholeFeature } from '../../../data/feature.js'
import { Predictor } from '../../../learn/predictor.js'
import { wholeOf } from '../../../recognise/fuse.js'
import type { LiveAnswer } from '../../../recognise/live.js'
import type { Moment, Recognition } from '../../../recognise/recognition.js'
import type { Engine } from '../../../runtime/engine.js'
import { singleLabel } from '../../../task/single-label.js'
import { personalFusion, widthsFor } from './fusion.js'
import { rowOf, type TaughtWeights } from './take.js'

/** Replaces the fusion of the starter models with the trained layer. */
export interface TaughtFusion {
  apply(answer: LiveAnswer): Promise<LiveAnswer>
}

/** The recognition of a recording, each moment fused by the trained layer. */
export async function fuseRecording(
  fusion: TaughtFusion,
  recognition: Recognition,
): Promise<Recognition> {
  const { emotions } = recognition
  const timeline: Moment[] = []
  for (const { start, end, voice, face } of recognition.timeline) {
    const alone = { ...(voice && { voice }), ...(face && { face }) }
    const answer = await fusion.apply({ time: end, alone, faces: [] })
    const { probabilities } = answer
    timeline.push({ start, end, ...(probabilities && { probabilities }), ...answer.alone })
  }
  return { ...recognition, timeline, ...wholeOf(timeline, emotions) }
}

export async function openTaught(
  engine: Engine,
  emotions: readonly string[],
  weights: TaughtWeights,
): Promise<TaughtFusion> {
  const task = singleLabel({ classNames: [...emotions] })
  const widths = widthsFor(emotions)
  const predictor = await Predictor.open({ model: personalFusion, widths, task, engine })
  return {
    async apply(answer) {
      const { voice, face } = answer.alone
      // Both senses together, and each alone, as one batch.
      const asked = [
        { sense: 'both' as const, row: rowOf(answer.alone) },
        { sense: 'voice' as const, row: voice && rowOf({ voice }) },
        { sense: 'face' as const, row: face && rowOf({ face }) },
      ].flatMap(({ sense, row }) => (row ? [{ sense, row }] : []))
      if (asked.length === 0) return answer
      const values = (sense: 'voice' | 'face') =>
        wholeFeature(emotions.length, Float32Array.from(asked.flatMap(({ row }) => row[sense])))
      const outputs = await predictor.predict(
        {
          ids: asked.map(({ sense }) => sense),
          features: { voice: values('voice'), face: values('face') },
          targets: {},
        },
        weights,
      )
      const count = emotions.length
      const shares = new Map(
        asked.map(({ sense }, at) => [
          sense,
          task.scores(outputs.subarray(at * count, (at + 1) * count)),
        ]),
      )
      const [both, heard, seen] = [shares.get('both'), shares.get('voice'), shares.get('face')]
      return {
        ...answer,
        ...(both && { probabilities: both }),
        alone: { ...(heard && { voice: heard }), ...(seen && { face: seen }) },
      }
    },
  }
}
