// A still of what a camera sees, at its full size and not through the line: for a document that must be read (O12).

/** JPEG of this quality: letters stay sharp, and 1080 lines are some 400 KB. */
const QUALITY = 0.92

export async function stillOf(camera: MediaStreamTrack): Promise<File> {
  const video = document.createElement('video')
  video.muted = true
  video.srcObject = new MediaStream([camera])
  try {
    await video.play()
    const canvas = document.createElement('canvas')
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    canvas.getContext('2d')?.drawImage(video, 0, 0)
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
    if (!blob) throw new Error('the browser made no picture')
    return new File([blob], '', { type: blob.type })
  } finally {
    video.srcObject = null
  }
}
