/**
 * Multimodal Routing: how much each modality, and each combination, supports each class (Tsai et
 * al., 2020).
 */
import { stack, type Tensor } from '../../../graph/index.js'
import { inOrder, sequenceOf } from '../../define/inputs.js'
import { defineModel } from '../../define/model.js'
import { features } from './features.js'
import { publishedName } from './published.js'
import { routing } from './routing.js'
import { type RoutingSettings, routingSettings } from './settings.js'

/**
 * MulT's transformers compute a feature for each modality, each pair, and all three (see
 * `features`), which are routed to the concepts of the classes (see `routing`).
 *
 * Maps: `routing.<features>` [batch, features, classes], the routing coefficients of the last
 * iteration; `routing.<features>.iteration <k>`, those of earlier ones; `activation.<features>`
 * [batch, features]. All are from 0 to 1; activation times coefficient is what a feature
 * contributes to a class. `concepts` [batch, classes, width], `features` [batch, features, width],
 * and the attention weights of the last layers, `attention.<modality>` and
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
