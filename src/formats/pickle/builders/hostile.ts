/** Names that no data need: a pickle that mentions one was made to run a program. */

const modules =
  /^(os|posix|nt|subprocess|pty|commands|popen2|shutil|socket|webbrowser|runpy|ctypes|importlib|code|codeop|pip|timeit|cProfile|profile|bdb|pdb|platform|asyncio|multiprocessing|threading|sys|builtins|__builtin__|requests|urllib|http|ftplib|smtplib)(\.|$)/

/** What of Python's own functions runs text or opens files. */
const functions = new Set([
  'eval',
  'exec',
  'execfile',
  'compile',
  'open',
  'input',
  '__import__',
  'apply',
])

/** Whether a function or class, by its full name, could run a program if it were called. */
export function isHostile(module: string, name: string): boolean {
  if (!modules.test(module)) return false
  if (module === 'builtins' || module === '__builtin__')
    return functions.has(name.split('.')[0] ?? '')
  // Kinds of paths and errors that stray into data.
  return !/^(PathLike|stat_result|version_info)$|Error$/.test(name)
}
