/** Training settings that every stage of a model overrides, so that the run's have no effect. */
import { LimbicError } from '../base/errors.js'
import { kebab } from '../base/text/flag.js'
import type { ConfiguredModel, Stage } from '../models/define/model.js'

type StageTraining = Stage['training']
type StageKey = keyof StageTraining

const stageKeys = ['epochs', 'batchSize', 'learningRate', 'weightDecay'] as const

/** Values of training settings, by key. */
export type GivenTraining = Readonly<Record<string, unknown>>

/**
 * The given training settings that no stage of the model uses, because each sets its own. The run's
 * `epochs` is an upper limit for every stage: it has no effect if it exceeds all of theirs.
 */
export function overriddenBy(model: ConfiguredModel, given: GivenTraining): StageKey[] {
  return stageKeys.filter((key) => {
    const value = given[key]
    if (value === undefined || model.stages.length === 0) return false
    const own = model.stages.map(({ training }) => training[key])
    return own.every((set) => set !== undefined && isWithoutEffect(key, value, set))
  })
}

/**
 * The smallest `epochs` of a run that lets every stage train for its own number of epochs;
 * undefined if a stage sets none.
 */
export function epochsOfStages(model: ConfiguredModel): number | undefined {
  const own = model.stages.flatMap(({ training: { epochs } }) => epochs ?? [])
  return own.length > 0 && own.length === model.stages.length ? Math.max(...own) : undefined
}

/**
 * Refuses training settings that the model's stages override.
 *
 * @param given what the user gave, without defaults
 * @param where how the user names a key: a flag, or a file and a path in it
 * @throws LimbicError that names the model's settings that override them
 */
export function refuseOverridden(
  model: ConfiguredModel,
  given: GivenTraining,
  where: (key: string) => string,
): void {
  const [key] = overriddenBy(model, given)
  if (key === undefined) return
  throw new LimbicError(`the stages of ${model.model.name} override this setting`, {
    where: where(key),
    expected: `the stages' own: ${describeStages(model, key)}`,
    got: `${given[key]}`,
    hint: `${adviceOn(model, key)}, or leave it out`,
  })
}

function isWithoutEffect(key: StageKey, given: unknown, own: number): boolean {
  return key === 'epochs' ? Number(given) > own : given !== own
}

/** `attention.text 10, dcca 100` */
function describeStages({ stages }: ConfiguredModel, key: StageKey): string {
  return stages.map(({ name, training }) => `${name} ${training[key]}`).join(', ')
}

function adviceOn({ stageSettings = {} }: ConfiguredModel, key: StageKey): string {
  const names = (stageSettings[key] ?? []).map((name) => `settings.${name} (--${kebab(name)})`)
  return names.length > 0 ? `Use ${names.join(' or ')}` : 'Change it in the model'
}
