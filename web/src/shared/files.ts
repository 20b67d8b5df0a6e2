// Sends a file (C22): a first look at it here, so that nobody uploads for minutes what will be refused; the server looks again
// and decides. XMLHttpRequest, since fetch tells no progress of an upload.
import { language } from './i18n'
import type { FileForm, FileKind, FileSent, RefusalCode } from './protocol'

/** Bytes of a file, as the server counts. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024

/** What came of an upload. */
export type Outcome =
  | { kind: 'sent'; number: number }
  | { kind: 'cancelled' }
  | { kind: 'refused'; code: RefusalCode | 'network' }

export interface Upload {
  readonly outcome: Promise<Outcome>
  cancel(): void
}

/** The form that the first bytes tell; none of the three: null. */
export function formOf(head: Uint8Array): FileForm | null {
  const begins = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte)
  if (begins(0x25, 0x50, 0x44, 0x46, 0x2d)) return 'pdf'
  if (begins(0xff, 0xd8, 0xff)) return 'jpeg'
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  return null
}

/** Why a file need not be sent at all; null: it may be. */
export async function faultOf(file: File): Promise<'too_long' | 'file_form' | 'file_damaged' | null> {
  if (file.size > FILE_BYTES_MAX) return 'too_long'
  try {
    const head = new Uint8Array(await file.slice(0, 8).arrayBuffer())
    return formOf(head) ? null : 'file_form'
  } catch {
    // It was chosen and is gone, or may not be read.
    return 'file_damaged'
  }
}

/** Sends it; `progress` hears how much of it has gone, from 0 to 1. */
export function upload(path: string, file: File, progress: (part: number) => void, kind: FileKind = 'sent'): Upload {
  const request = new XMLHttpRequest()
  const outcome = new Promise<Outcome>((done) => {
    request.upload.onprogress = (event) => progress(event.total > 0 ? event.loaded / event.total : 0)
    request.onload = () => done(outcomeOf(request.status, request.responseText))
    request.onerror = () => done({ kind: 'refused', code: 'network' })
    request.onabort = () => done({ kind: 'cancelled' })
  })
  request.open('POST', path)
  request.setRequestHeader('content-type', 'application/octet-stream')
  request.setRequestHeader('x-file-name', encodeURIComponent(file.name.slice(-NAME_CHARS_MAX)))
  request.setRequestHeader('x-file-kind', kind)
  request.send(file)
  return { outcome, cancel: () => request.abort() }
}

/** Percent-encoded, the longest of these still fits into a header. */
const NAME_CHARS_MAX = 120

export function outcomeOf(status: number, text: string): Outcome {
  try {
    const body: unknown = JSON.parse(text)
    if (status === 201) return { kind: 'sent', number: (body as FileSent).number }
    const { code } = body as { code?: RefusalCode }
    if (code) return { kind: 'refused', code }
  } catch {
    // An answer of something between us and the server.
  }
  return { kind: 'refused', code: 'network' }
}

/** "1,2 MB" */
export function sizeOf(bytes: number): string {
  const kilobytes = bytes < 1_000_000
  const format = { style: 'unit', unit: kilobytes ? 'kilobyte' : 'megabyte', maximumFractionDigits: kilobytes ? 0 : 1 }
  return new Intl.NumberFormat(language.value, format as Intl.NumberFormatOptions).format(
    kilobytes ? Math.max(1, bytes / 1_000) : bytes / 1_000_000,
  )
}
