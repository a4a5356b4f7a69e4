/** Short attention, whose scores are computed at once. */
import {
  attentionOperator,
  attentionAtOnce as plainAttention,
} from '../operators/attention/attention.js'
import {
  averageWeightsOperator,
  averagesAtOnce as plainAverages,
} from '../operators/attention/attention-average.js'
import { hasFewScores } from '../operators/attention/attention-scores.js'
import { type Rule, ruleOf } from './rule.js'

/**
 * If all sequences are short, the loop over heads would take a single iteration. Its operators then
 * stand alone, and the session of a model with dozens of attentions opens a fifth faster.
 */
export const attentionAtOnce: Rule = ruleOf(
  'attention over few steps needs no loop',
  attentionOperator,
  (node, { longest }) => (hasFewScores(node, longest) ? plainAttention(node) : undefined),
)

/** The same for attention averaged over its queries. */
export const averagesAtOnce: Rule = ruleOf(
  'averaged attention over few steps needs no loop',
  averageWeightsOperator,
  (node, { longest }) => (hasFewScores(node, longest) ? plainAverages(node) : undefined),
)
