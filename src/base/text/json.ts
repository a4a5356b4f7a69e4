/** Values as JSON that may reach a terminal. */

/** What JSON may hold as it is and a terminal would act on. */
const acting = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g

/** A value as one line of JSON that acts on nothing: the value is the same, its characters are codes. */
export function jsonLine(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(
    acting,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
