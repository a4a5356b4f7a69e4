/** RAVEN's parameters as its authors' code names them. */
import type { PublishedName } from '../../define/model.js'
import { publishedRecurrent } from '../../published/recurrent.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'

const rules: readonly RenamingRule[] = [
  [/^frames\.audio\.norm\./, () => 'normcovarep.'],
  [/^frames\.audio\.resize\./, () => 'fc_rszcovarep.'],
  [/^frames\.vision\.resize\./, () => 'fc_rszFacet.'],
  [/^frames\.audio\.recurrent\./, () => 'covarepLSTM.'],
  [/^frames\.vision\.recurrent\./, () => 'facetLSTM.'],
  [/^gates\.audio\./, () => 'covarepW.'],
  [/^gates\.vision\./, () => 'facetW.'],
  [/^shift\./, () => 'calcAddon.'],
  // A cell of one step, whose parameters have no layer.
  [/^words\.(\w+)_l0$/, (weight) => `lstm1.layer_1.lstm.${weight}`],
  [/^output\./, () => 'fc_afterLSTM.'],
]

/** A parameter's name in the authors' `state_dict`. */
export function publishedName(parameter: string): PublishedName {
  const recurrent = publishedRecurrent(parameter, 'lstm')
  return { ...recurrent, name: renamed(recurrent.name, rules) }
}
