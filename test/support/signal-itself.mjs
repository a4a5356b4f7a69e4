/**
 * Loaded before a program: sends the program a signal once its standard error has told certain
 * texts, at once, where a signal from outside would come late on a busy machine.
 */
const { at, signal } = JSON.parse(process.env.LIMBIC_TEST_SIGNAL ?? '{}')
const write = process.stderr.write.bind(process.stderr)
let told = ''
let sent = false

process.stderr.write = (text, ...rest) => {
  const result = write(text, ...rest)
  told += text
  if (!sent && at.every((one) => told.includes(one))) {
    sent = true
    process.kill(process.pid, signal)
  }
  return result
}
