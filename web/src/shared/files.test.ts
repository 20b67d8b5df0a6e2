import { expect, it } from 'vitest'
import { FILE_BYTES_MAX, faultOf, formOf, outcomeOf } from './files'

const bytes = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0))

it('the first bytes tell what a file is, its name does not', async () => {
  expect(formOf(bytes('%PDF-1.7'))).toBe('pdf')
  expect(formOf(bytes('\u00ff\u00d8\u00ff\u00e0'))).toBe('jpeg')
  expect(formOf(bytes('\u0089PNG\r\n\u001a\n'))).toBe('png')
  expect(formOf(bytes('MZ'))).toBeNull()
  expect(await faultOf(new File(['MZ\u0090'], 'factura.pdf', { type: 'application/pdf' }))).toBe('file_form')
  expect(await faultOf(new File(['%PDF-1.4 …'], 'sin nombre'))).toBeNull()
  expect(await faultOf(new File([], 'vacío.png'))).toBe('file_form')
})

it('a file that is too large is not sent', async () => {
  const large = { size: FILE_BYTES_MAX + 1 } as File
  expect(await faultOf(large)).toBe('too_long')
})

it('an answer is a number, a refusal, or no answer of the server', () => {
  expect(outcomeOf(201, '{"number":3}')).toEqual({ kind: 'sent', number: 3 })
  expect(outcomeOf(415, '{"code":"file_form","about":"file"}')).toEqual({ kind: 'refused', code: 'file_form' })
  expect(outcomeOf(502, '<html>Bad Gateway</html>')).toEqual({ kind: 'refused', code: 'network' })
  expect(outcomeOf(200, 'null')).toEqual({ kind: 'refused', code: 'network' })
})
