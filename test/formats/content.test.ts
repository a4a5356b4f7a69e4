import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type ContentKind, kinds, sniff } from '../../src/formats/content/index.js'

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const zip = (name: string) => {
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 0, 'latin1')
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, latin1(name)])
}

const contents: readonly (readonly [kind: ContentKind, content: Buffer])[] = [
  ['empty', Buffer.alloc(0)],
  ['zeros', Buffer.alloc(5000)],
  ['lfs pointer', latin1('version https://git-lfs.github.com/spec/v1\noid sha256:0\n')],
  ['web page', latin1('\n\n<!doctype html>\n<title>Sign in</title>')],
  ['pickle', latin1('\x80\x04\x95')],
  ['pickle', latin1('(dp0\nVtrain\np1\n')],
  ['pickle', latin1('}q\x00(X\x05\x00\x00\x00trainq\x01')],
  ['damaged pickle', latin1('(dp0\r\nVtrain\r\np1\r\n')],
  ['damaged pickle', latin1('\xc2\x80\x04\xc2\x95')],
  ['joblib', latin1('\x80\x04}\x8c\x13joblib.numpy_pickle')],
  ['torch', latin1('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02')],
  ['torch', zip('archive/data.pkl')],
  ['npz', zip('text.npy')],
  ['office', zip('[Content_Types].xml')],
  ['zip', zip('features.pkl')],
  ['gzip', gzipSync('x')],
  ['bzip2', latin1('BZh91AY&SY')],
  ['xz', latin1('\xfd7zXZ\0\0')],
  ['zlib', latin1('\x78\x9c\x4b')],
  ['7z', latin1('7z\xbc\xaf\x27\x1c')],
  ['rar', latin1('Rar!\x1a\x07\x01')],
  ['tar', Buffer.concat([Buffer.alloc(257, 'a'), latin1('ustar\0')])],
  ['parquet', latin1('PAR1\x15')],
  ['hdf5', latin1('\x89HDF\r\n\x1a\n')],
  ['hdf5', Buffer.concat([Buffer.alloc(511), latin1('x\x89HDF\r\n\x1a\n')])],
  ['matlab 7.3', latin1('MATLAB 7.3 MAT-file, Platform')],
  ['matlab5', latin1('MATLAB 5.0 MAT-file, Platform')],
  ['npy', latin1('\x93NUMPY\x01')],
  ['arff', latin1('% openSMILE\n@relation smile\n')],
  ['json', latin1('{"train": 1}')],
  ['json', Buffer.from('\ufeff[1, 2]')],
  ['utf16', Buffer.from('\ufeff{}', 'utf16le')],
  ['text', Buffer.from('ein Wort, über das\n')],
  ['unknown', latin1('\x01\x02\x03\xff\xfe\x00')],
]

describe('what a file holds, by its first bytes', () => {
  it.each(contents)('%s', (kind, content) => expect(sniff(content, content.length)).toBe(kind))

  it('every kind has words and advice', () => {
    for (const { words, hint } of Object.values(kinds))
      expect(`${words}. ${hint}`).not.toContain('\n')
  })
})
