/** Names that no data needs: a pickle that contains one is meant to run code. */

const modules =
  /^(os|posix|nt|subprocess|pty|commands|popen2|shutil|socket|webbrowser|runpy|ctypes|importlib|code|codeop|pip|timeit|cProfile|profile|bdb|pdb|platform|asyncio|multiprocessing|threading|sys|builtins|__builtin__|requests|urllib|http|ftplib|smtplib)(\.|$)/

/** Python's built-in functions that run text or open files. */
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
  // Path and error classes that sometimes occur in data.
  return !/^(PathLike|stat_result|version_info)$|Error$/.test(name)
}
