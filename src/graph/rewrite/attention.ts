/** Attention over few steps, whose scores are computed at once. */
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
 * Where no sequence of a run will be long, the loop over heads would take a single turn: the operators
 * in it do the same without it, and a session of a model with dozens of loops opens a fifth faster.
 */
export const attentionAtOnce: Rule = ruleOf(
  'attention over few steps needs no loop',
  attentionOperator,
  (node, { longest }) => (hasFewScores(node, longest) ? plainAttention(node) : undefined),
)

/** The same of attention that is averaged over its queries. */
export const averagesAtOnce: Rule = ruleOf(
  'averaged attention over few steps needs no loop',
  averageWeightsOperator,
  (node, { longest }) => (hasFewScores(node, longest) ? plainAverages(node) : undefined),
)
