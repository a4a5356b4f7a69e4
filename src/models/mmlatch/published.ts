/** MMLatch's parameters as its authors' code names them. */
import type { PublishedName } from '../define/model.js'
import { publishedRecurrent } from '../published/recurrent.js'
import { type RenamingRule, renamed } from '../published/renaming.js'

const modality = { text: 'text', audio: 'audio', vision: 'visual' } as const
const pair = { text_audio: 'ta', vision_audio: 'va', text_vision: 'tv' } as const
const side = { first: 'x', second: 'y' } as const
const role = { query: 'q', key: 'k', value: 'v' } as const
const unit = { text: 'f1', audio: 'f2', vision: 'f3' } as const

const rules: readonly RenamingRule[] = [
  [
    /^encoders\.(\w+)\.(?=recurrent|attention)/,
    (name) => `encoder.${look(modality, name)}.encoder.`,
  ],
  [/^fusion\.(?=recurrent|attention)/, () => 'encoder.fuser.rnn.'],
  [
    /^fusion\.(text_audio|vision_audio|text_vision)\.(first|second)\.(\w+)\./,
    (of, which, what) =>
      `encoder.fuser.att_fuser.${look(pair, of)}.${look(role, what)}${look(side, which)}.`,
  ],
  [
    /^fusion\.text_by_audio_vision\.(\w+)\./,
    (what) => `encoder.fuser.att_fuser.tav.${look(role, what)}.`,
  ],
  [
    /^feedback\.(\w+)\.by_(\w+)\./,
    (of, by) => `encoder.fm.${look(unit, of)}.mask${maskOrder(of, by)}.`,
  ],
  [/^head\./, () => 'classifier.'],
  [/attention\.(query|key|value)\.weight$/, (what) => `attention.${look(role, what)}.weight`],
  // Encoders wrap their recurrent layer once more than mask producers do.
  [/recurrent\.(?=layer\d+\.)/, () => 'rnn.rnn.'],
  [/(?<=mask\d\.)(?=layer\d+\.)/, () => 'rnn.'],
]

/** In the published code a modality's two masks come from the others in the order text, audio, vision. */
function maskOrder(of = '', by = ''): number {
  return (
    Object.keys(unit)
      .filter((name) => name !== of)
      .indexOf(by) + 1
  )
}

function look(table: Readonly<Record<string, string>>, key = ''): string {
  return table[key] ?? key
}

/** A parameter's name in the authors' `state_dict`. */
export function publishedName(parameter: string): PublishedName {
  return publishedRecurrent(renamed(parameter, rules), 'lstm')
}
