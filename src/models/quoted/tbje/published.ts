/** TBJE's parameters as its authors' code names them. */
import type { PublishedName } from '../../define/model.js'
import { publishedRecurrent } from '../../published/recurrent.js'
import { type RenamingRule, renamed } from '../../published/renaming.js'

/** The published names of one modality's parts. */
interface Parts {
  readonly attention: string
  readonly glimpses: string
  readonly norm: string
  readonly pool: string
}

const text: Parts = {
  attention: 'sa1',
  glimpses: 'att_lang',
  norm: 'norm_l',
  pool: 'attflat_lang',
}

/** The authors have one model of words and sound, and one of words, sound and face. */
const ofTwo: Readonly<Record<string, Parts>> = {
  text,
  audio: { attention: 'sa3', glimpses: 'att_audio', norm: 'norm_i', pool: 'attflat_img' },
}
const ofThree: Readonly<Record<string, Parts>> = {
  text,
  audio: { attention: 'sa2', glimpses: 'att_audio', norm: 'norm_a', pool: 'attflat_ac' },
  vision: { attention: 'sa3', glimpses: 'att_vid', norm: 'norm_v', pool: 'attflat_vid' },
}

const adapters: Readonly<Record<string, string>> = { audio: 'adapter_y', vision: 'adapter_z' }

/**
 * The published names within an attention layer: `own` is the first sublayer, `guided` the second,
 * `network` the last.
 */
const guidedParts: Readonly<Record<string, string>> = {
  ...{ own: 'mhatt1', guided: 'mhatt2', network: 'ffn' },
  ...{ own_norm: 'norm1', guided_norm: 'norm2', network_norm: 'norm3' },
}
const ownParts: Readonly<Record<string, string>> = {
  ...{ own: 'mhatt', network: 'ffn', own_norm: 'norm1', network_norm: 'norm2' },
}

const inside: readonly RenamingRule[] = [
  [/\.(query|key|value)\./, (what = '') => `.linear_${what.charAt(0)}.`],
  [/(mhatt\d?)\.output\./, (where) => `${where}.linear_merge.`],
  [/\.first\./, () => '.mlp.fc.linear.'],
  [/\.second\./, () => '.mlp.linear.'],
  [/(norm\w*)\.weight$/, (norm) => `${norm}.a_2`],
  [/(norm\w*)\.bias$/, (norm) => `${norm}.b_2`],
]

/**
 * A parameter's name in the authors' `state_dict`; our own name for combinations of modalities that
 * they do not have.
 */
export function publishedName(parameter: string): PublishedName {
  const isPair = parameter.startsWith('pair.')
  const own = isPair ? parameter.slice('pair.'.length) : parameter
  const known = isPair ? ofTwo : ofThree
  const recurrent = publishedRecurrent(own, 'lstm')
  if (recurrent.gates) return { ...recurrent, name: recurrent.name.replace('words.', 'lstm_x.') }
  const rules: readonly RenamingRule[] = [
    [/^adapters\.(\w+)\./, (modality = '') => `${isPair ? 'adapter' : adapters[modality]}.`],
    [
      /^blocks\.(\d+)\.(\w+)\.attention\.(\w+)/,
      (block, modality = '', part = '') => {
        const parts = modality === 'text' ? ownParts : guidedParts
        return `enc_list.${block}.${known[modality]?.attention ?? modality}.${parts[part] ?? part}`
      },
    ],
    [
      /^blocks\.(\d+)\.(\w+)\.(glimpses|norm)\b/,
      (block, modality = '', part = '') =>
        `enc_list.${block}.${known[modality]?.[part === 'norm' ? 'norm' : 'glimpses'] ?? modality}`,
    ],
    [/^pools\.(\w+)\.output\./, (modality = '') => `${known[modality]?.pool}.linear_merge.`],
    [/^pools\.(\w+)\./, (modality = '') => `${known[modality]?.pool}.`],
    [/^norm\./, () => 'proj_norm.'],
    [/^output\./, () => 'proj.'],
    ...inside,
  ]
  return { name: renamed(own, rules) }
}
