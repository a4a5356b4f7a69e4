/** Multi-hop attention over two modalities (Yoon, Byun, Dey, Jung, 2019). */
import { z } from 'zod'
import { elementAt, lookUp } from '../../base/lookup.js'
import { modalities } from '../../base/modalities.js'
import { concat } from '../../graph/index.js'
import { linear } from '../../nn/layers/linear.js'
import {
  hiddenOf,
  prosodyBeside,
  prosodyInput,
  startWithin,
  stateEncoderSettings,
  stateEncoders,
} from '../blocks/encoders/state-encoder.js'
import { hop } from '../blocks/fusions/hop.js'
import { inOrder } from '../define/inputs.js'
import { defineModel } from '../define/model.js'

const mhaSettings = z.strictObject({
  modalities: z
    .array(z.enum(modalities))
    .length(2)
    .refine(([first, second]) => first !== second, 'two different modalities')
    .default(['audio', 'text'])
    .describe('the two modalities to read; the last state of the first attends to the second'),
  ...stateEncoderSettings,
})

type MhaSettings = z.infer<typeof mhaSettings>

/** Only the first modality's state is used: prosody is appended to it if that is audio. */
const readsProsody = ({ prosody, modalities: [first] }: MhaSettings) => prosody && first === 'audio'

/**
 * The last state of the first modality, [batch, hidden], projected, attends to the outputs of the
 * second; the result attends back to the outputs of the first (through a projection of its own
 * only where the two are not equally wide); both results side by side pass a linear layer.
 *
 * Maps: `attention.<first>_to_<second>.hop1` and `attention.<second>_to_<first>.hop2`,
 * [batch, 1, keys].
 */
export const mha = defineModel<MhaSettings>({
  name: 'mha',
  title: 'two modalities that attend to each other, in two hops',
  source: 'Speech Emotion Recognition Using Multi-hop Attention Mechanism (2019)',
  aligned: false,
  settings: mhaSettings,
  requires: (settings) => [
    ...inOrder(settings.modalities),
    ...(readsProsody(settings) ? [prosodyInput] : []),
  ],
  build(scope, widths, outputs, settings) {
    const first = elementAt(settings.modalities, 0, 'modality')
    const second = elementAt(settings.modalities, 1, 'modality')
    const encode = stateEncoders(
      scope.child('encoders'),
      settings.modalities,
      widths,
      settings,
      'mha',
    )
    const prosody = prosodyBeside(readsProsody(settings), widths, 'mha')
    const [firstWidth, secondWidth] = [hiddenOf(settings, first), hiddenOf(settings, second)]
    const queries = scope.child('queries')
    const there = linear(queries.child('hop1'), {
      inputs: firstWidth + prosody.width,
      units: secondWidth,
      initialise: startWithin,
    })
    const back =
      firstWidth === secondWidth
        ? undefined
        : linear(queries.child('hop2'), {
            inputs: secondWidth,
            units: firstWidth,
            initialise: startWithin,
          })
    const head = linear(scope.child('head'), {
      inputs: firstWidth + secondWidth,
      units: outputs,
      initialise: startWithin,
    })
    return (given) => {
      const encoded = encode(given)
      const one = lookUp(encoded, first, 'encoding')
      const other = lookUp(encoded, second, 'encoding')
      const attended = hop(there(prosody.beside([one.last], given)), other)
      const returned = hop(back ? back(attended.state) : attended.state, one)
      return {
        prediction: head(concat([attended.state, returned.state], 1)),
        maps: {
          [`attention.${first}_to_${second}.hop1`]: attended.weights,
          [`attention.${second}_to_${first}.hop2`]: returned.weights,
        },
      }
    }
  },
})
