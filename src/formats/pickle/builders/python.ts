/** Python's own containers, made by calls of their classes. */
import { cost, largestMap } from '../budget.js'
import { type PickleValue, StoredBytes, StoredText } from '../values.js'
import { type Builder, type BuildSite, encodeLatin1, malformed } from './site.js'

/** More than the length of any encoding's name. */
const longestName = 64

const list: Builder = ([items], site) => {
  site.take(cost.list)
  return items === undefined ? [] : [...iterate(items, cost.place, site)]
}

const set: Builder = ([items], site) => {
  site.take(cost.set)
  return new Set(items === undefined ? [] : iterate(items, cost.member, site))
}

const dictionary: Builder = ([pairs], site) => {
  site.take(cost.dictionary)
  if (pairs instanceof Map) {
    site.copy(pairs.size)
    site.take(cost.entry * pairs.size)
    return new Map(pairs)
  }
  const map = new Map<PickleValue, PickleValue>()
  for (const pair of pairs === undefined ? [] : iterate(pairs, cost.entry, site)) {
    if (!Array.isArray(pair) || pair.length !== 2) malformed('a dictionary', site)
    else map.set(pair[0] ?? null, pair[1] ?? null)
  }
  return map
}

const bytes: Builder = ([content], site) => {
  if (content === undefined) return new Uint8Array(0)
  if (content instanceof Uint8Array || content instanceof StoredBytes) return content
  if (typeof content === 'string' || content instanceof StoredText)
    return encodeLatin1(content, site)
  return malformed('a byte string', site)
}

const encode: Builder = ([text, encoding], site) => {
  const latin1 =
    typeof encoding === 'string' &&
    encoding.length <= longestName &&
    /^(latin[-_]?1|iso[-_]?8859[-_]1)$/i.test(encoding)
  if (!latin1 || (typeof text !== 'string' && !(text instanceof StoredText))) {
    return malformed('a byte string', site)
  }
  return encodeLatin1(text, site)
}

/** Names are written as in Python 3 (`builtins`) and 2. */
export const pythonBuilders: readonly (readonly [name: string, build: Builder])[] = [
  ['_codecs.encode', encode],
  ['collections.OrderedDict', dictionary],
  ['collections.Counter', dictionary],
  ['collections.deque', list],
  ['collections.defaultdict', (_, site) => dictionary([], site)],
  ...['builtins', '__builtin__'].flatMap((builtins): [string, Builder][] => [
    [`${builtins}.list`, list],
    [`${builtins}.tuple`, list],
    [`${builtins}.set`, set],
    [`${builtins}.frozenset`, set],
    [`${builtins}.dict`, dictionary],
    [`${builtins}.bytes`, bytes],
    [`${builtins}.bytearray`, bytes],
  ]),
]

/** The items of a list or set, of which each copy takes some bytes. */
function iterate(items: PickleValue, bytesEach: number, site: BuildSite): Iterable<PickleValue> {
  if (!Array.isArray(items) && !(items instanceof Set)) return []
  const count = Array.isArray(items) ? items.length : items.size
  if (bytesEach > cost.place && count > largestMap) malformed('a set or dictionary', site)
  site.copy(count)
  site.take(bytesEach * count)
  return items
}
