/** Multimodal Routing: which modalities, and which of them together, speak for which class. */
import { stack, type Tensor } from '../../../graph/index.js'
import { inOrder, sequenceOf } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { features } from './features.js'
import { publishedName } from './published.js'
import { routing } from './routing.js'
import { type RoutingSettings, routingSettings } from './settings.js'

/**
 * Features of each modality, pair and triple come from MulT's transformers, and are routed to the
 * concepts of the classes (see `routing`).
 *
 * Maps: `routing.<features>` [batch, features, classes], how much of each feature speaks for each
 * class, of the last iteration; of earlier ones `routing.<features>.iteration <k>`;
 * `activation.<features>` [batch, features], how strongly each feature speaks at all; both from 0 to
 * 1, their product is the contribution. `concepts` [batch, classes, width], `features` [batch,
 * features, width], and the attention of the last layers, `attention.<modality>` and
 * `attention.<query>_to_<key>`.
 */
export const multimodalRouting = defineModel<RoutingSettings>({
  name: 'multimodal-routing',
  title: 'routes what each modality, pair and triple tells to the classes that it speaks for',
  source:
    'Multimodal Routing: Improving Local and Global Interpretability of Multimodal Language Analysis (2020)',
  aligned: false,
  settings: routingSettings,
  requires: ({ modalities }) => inOrder(modalities),
  published: publishedName,
  build(scope, widths, outputs, settings) {
    const chosen = inOrder(settings.modalities)
    const tell = features(scope, chosen, widths, settings)
    const { names } = tell
    const { width, poseWidth, conceptWidth, iterations, conceptDropout } = settings
    const route = routing(scope, {
      ...{ features: names, width, poseWidth, conceptWidth, iterations },
      ...{ classes: outputs, dropout: conceptDropout },
    })
    return (given) => {
      const { vectors, maps } = tell.apply(
        new Map(
          chosen.map((modality) => {
            const { sequence, lengths } = sequenceOf(given, modality, 'multimodal-routing')
            const hidden = settings.padding === 'hidden'
            return [modality, { steps: sequence, ...(hidden && { lengths }) }]
          }),
        ),
      )
      const { logits, activations, coefficients, concepts } = route(vectors)
      const among = names.join('+')
      const routes = coefficients.map((each, iteration): [string, Tensor] => [
        iteration === coefficients.length - 1
          ? `routing.${among}`
          : `routing.${among}.iteration ${iteration + 1}`,
        each,
      ])
      return {
        prediction: logits,
        maps: {
          ...Object.fromEntries(routes),
          [`activation.${among}`]: activations,
          concepts,
          features: stack(vectors, 1),
          ...maps,
        },
      }
    }
  },
})
