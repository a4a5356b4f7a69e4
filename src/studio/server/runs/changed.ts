/** The settings of a run with their defaults. */
import { type RunConfig, runConfig } from '../../../learn/config.js'
import { models } from '../../../models/index.js'
import type { SettingRow } from '../../protocol.js'

/** Every setting of a run, those that differ from their defaults first. */
export function settingRows(config: RunConfig): SettingRow[] {
  const standard = flat(defaultsOf(config))
  const rows = [...flat({ ...config })].map(([name, value]): SettingRow => {
    const usual = standard.get(name)
    const differs = usual !== value
    return { name, value, ...(usual !== undefined && { standard: usual }), differs }
  })
  return rows.sort((one, other) => Number(other.differs) - Number(one.differs))
}

/** The settings of model, training and data that differ from their defaults, as text. */
export function changedSettings(config: RunConfig): Record<string, string> {
  return Object.fromEntries(
    settingRows(config).flatMap(({ name, value, differs }) =>
      differs && /^(settings|training|data\.(split|classes|synthetic))\./.test(name)
        ? [[name, value]]
        : [],
    ),
  )
}

const defaults = new Map<string, object>()

/** The default configuration for a model and data. */
function defaultsOf({ model: name, data }: RunConfig): object {
  const synthetic = data.synthetic !== undefined
  const key = `${name} ${synthetic}`
  const known = defaults.get(key)
  if (known) return known
  const model = models.find((one) => one.name === name)
  const config = runConfig.parse({
    data: { path: 'any', ...(synthetic && { synthetic: {} }) },
  })
  const { path: _, ...rest } = config.data
  const made = {
    ...{ training: config.training, provider: config.provider, data: rest },
    // The settings of a model in a file are defined only in that file.
    ...(model && { settings: model.settings.parse({}) }),
  }
  defaults.set(key, made)
  return made
}

/** Values as text, by path. */
function flat(value: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, string][] => {
      const name = `${prefix}${key}`
      if (inner === undefined) return []
      if (Array.isArray(inner)) return [[name, inner.join(', ')]]
      if (typeof inner === 'object' && inner !== null) return [...flat(inner, `${name}.`)]
      return [[name, String(inner)]]
    }),
  )
}
