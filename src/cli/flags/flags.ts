/** Makes command-line flags from schemas, so that a file's key and its flag always agree. */
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { validate } from '../../base/schema.js'
import { kebab } from '../../base/text/flag.js'

/** One key of a schema as a flag. */
export interface Flag {
  /** The key's path in the configuration. */
  readonly path: readonly string[]
  /** `batch-size` */
  readonly name: string
  readonly schema: z.ZodType
}

/** Where a schema's keys go, and how their flags are named. */
export interface FlagPlace {
  /** The object's path in the configuration. */
  readonly path?: readonly string[]
  /** The prefix of the flags' names. */
  readonly prefix?: string
  /** Names of flags that differ from their keys. */
  readonly rename?: Readonly<Record<string, string>>
  /** Keys that have no flag. */
  readonly omit?: readonly string[]
}

/** A flag for each key of an object's schema, except keys that have flags or files of their own. */
export function flagsOf(schema: z.ZodObject, place: FlagPlace = {}): Flag[] {
  const { path = [], prefix = '', rename = {}, omit = [] } = place
  return Object.entries(schema.shape)
    .filter(([key, inner]) => !omit.includes(key) && !isGroup(bare(inner)))
    .map(([key, inner]) => ({
      path: [...path, key],
      name: rename[key] ?? prefix + kebab(key),
      schema: inner as z.ZodType,
    }))
}

/** Adds flags to a command's help, under a heading, with their descriptions and defaults. */
export function addFlags(command: Command, flags: readonly Flag[], heading: string): void {
  for (const { name, schema } of flags) {
    const inner = bare(schema)
    const standard = defaultOf(schema)
    if (inner instanceof z.ZodBoolean) {
      // Only the flag that changes the default is listed.
      const [offered, other] =
        standard === true ? [`--no-${name}`, `--${name}`] : [`--${name}`, `--no-${name}`]
      // The positive form is added first: with --no-x alone, commander makes x true by default.
      const options = [
        new Option(
          offered,
          standard === true ? `turn off: ${descriptionOf(schema)}` : descriptionOf(schema),
        ),
        new Option(other).hideHelp(),
      ].sort((one) => (one.negate ? 1 : -1))
      for (const option of options) command.addOption(option.helpGroup(heading))
      continue
    }
    const written = write(standard)
    const note = written === '' ? '' : ` (default: ${written})`
    command.addOption(
      new Option(`--${name} <${placeholder(inner)}>`, descriptionOf(schema) + note).helpGroup(
        heading,
      ),
    )
  }
}

/**
 * The values of the flags given, as a part of the configuration.
 *
 * @param options as commander parsed them
 * @throws LimbicError naming the flag whose value is invalid
 */
export function readFlags(
  flags: readonly Flag[],
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const configuration: Record<string, unknown> = {}
  for (const { path, name, schema } of flags) {
    const given = options[camel(name)]
    if (given === undefined) continue
    put(configuration, path, validate(schema, parseText(given, bare(schema)), `--${name}`))
  }
  return configuration
}

/** The keys of a schema with their defaults and descriptions, for tables. */
export function describeKeys(
  schema: z.ZodObject,
): { key: string; values: string; standard: string; description: string }[] {
  return Object.entries(schema.shape).map(([key, inner]) => ({
    key,
    values: placeholder(bare(inner)),
    standard: write(defaultOf(inner)),
    description: descriptionOf(inner as z.ZodType),
  }))
}

/** Flags with their values, defaults and descriptions, for forms. */
export function describeFlags(
  flags: readonly Flag[],
): { name: string; values: string; standard: string; description: string }[] {
  return flags.map(({ name, schema }) => ({
    name,
    values: placeholder(bare(schema)),
    standard: write(defaultOf(schema)),
    description: descriptionOf(schema),
  }))
}

function camel(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** Objects other than those of optional numbers, which are one flag: `name=value,...`. */
function isGroup(schema: unknown): boolean {
  return schema instanceof z.ZodObject && !isNumbers(schema)
}

function isNumbers(schema: z.ZodObject): boolean {
  return Object.values(schema.shape).every(
    (inner) => inner instanceof z.ZodOptional && bare(inner) instanceof z.ZodNumber,
  )
}

/** A schema without wrappers for absent values. */
function bare(schema: unknown): unknown {
  return schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
    ? bare(schema.def.innerType)
    : schema instanceof z.ZodPipe
      ? bare(schema.def.out)
      : schema
}

function defaultOf(schema: unknown): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined
}

function descriptionOf(schema: z.ZodType): string {
  const inner = bare(schema)
  return schema.description ?? (inner instanceof z.ZodType ? inner.description : undefined) ?? ''
}

function placeholder(schema: unknown): string {
  if (schema instanceof z.ZodEnum) return schema.options.join('|')
  if (schema instanceof z.ZodArray) return `${placeholder(schema.element)},...`
  if (schema instanceof z.ZodTuple) return schema.def.items.map(() => 'number').join(',')
  if (schema instanceof z.ZodObject) return `${Object.keys(schema.shape).join('|')}=value,...`
  if (schema instanceof z.ZodRecord) return 'name=value,...'
  if (schema instanceof z.ZodNumber) return schema.format === 'safeint' ? 'count' : 'number'
  if (schema instanceof z.ZodBoolean) return 'yes|no'
  return 'value'
}

function write(value: unknown): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([key, inner]) => `${key}=${inner}`)
    .join(',')
}

/** The value of a flag's text; invalid text is left for the schema to refuse. */
function parseText(given: unknown, schema: unknown): unknown {
  if (typeof given !== 'string') return given
  if (schema instanceof z.ZodNumber) {
    const value = Number(given)
    return given.trim() === '' || Number.isNaN(value) ? given : value
  }
  if (schema instanceof z.ZodArray) {
    return given.split(',').map((part) => parseText(part.trim(), bare(schema.element)))
  }
  if (schema instanceof z.ZodTuple) {
    return given
      .split(',')
      .map((part, place) => parseText(part.trim(), bare(schema.def.items[place])))
  }
  if (schema instanceof z.ZodRecord || schema instanceof z.ZodObject) {
    return Object.fromEntries(
      given.split(',').map((part) => {
        const [key = '', ...rest] = part.split('=')
        const value = schema instanceof z.ZodRecord ? schema.valueType : schema.shape[key.trim()]
        return [key.trim(), parseText(rest.join('=').trim(), bare(value))]
      }),
    )
  }
  return given
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const inner = target[key]
  const next: Record<string, unknown> =
    typeof inner === 'object' && inner !== null ? { ...inner } : {}
  put(next, rest, value)
  target[key] = next
}
