/** Writes plain values as a Python pickle. */

/** What can be written: whole numbers of 32 bits as int, other numbers as float. */
export type PlainValue = number | string | readonly PlainValue[] | ReadonlyMap<string, PlainValue>

/**
 * A value as a pickle of protocol 2, which every Python since 2.3 reads: texts, numbers, lists and
 * dictionaries, and nothing that needs a class.
 */
export function encodePickle(value: PlainValue): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x80, 2)]
  write(value, parts)
  parts.push(opcode('.'))
  return Buffer.concat(parts)
}

function write(value: PlainValue, parts: Uint8Array[]): void {
  if (typeof value === 'string') text(value, parts)
  else if (typeof value === 'number') parts.push(number(value))
  else if (value instanceof Map) {
    parts.push(opcode('}('))
    for (const [key, entry] of value) {
      text(key, parts)
      write(entry, parts)
    }
    parts.push(opcode('u'))
  } else if (Array.isArray(value)) {
    parts.push(opcode(']('))
    for (const item of value) write(item, parts)
    parts.push(opcode('e'))
  }
}

const opcode = (signs: string): Uint8Array => Buffer.from(signs, 'latin1')

function text(content: string, parts: Uint8Array[]): void {
  const bytes = Buffer.from(content, 'utf8')
  const head = Buffer.alloc(5, 'X')
  head.writeUInt32LE(bytes.length, 1)
  parts.push(head, bytes)
}

function number(value: number): Uint8Array {
  if (Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 31) {
    const whole = Buffer.alloc(5, 'J')
    whole.writeInt32LE(value, 1)
    return whole
  }
  const float = Buffer.alloc(9, 'G')
  float.writeDoubleBE(value, 1)
  return float
}
