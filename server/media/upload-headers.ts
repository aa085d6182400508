const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Headers of the one `POST` that announces a file and brings all of it. */
export const uploadHeaders = (file: { hash: string; type: string; bytes: number }) => ({
  'tus-resumable': '1.0.0',
  'upload-length': String(file.bytes),
  'upload-metadata': `sha256 ${base64(file.hash)},type ${base64(file.type)}`,
  'content-type': 'application/offset+octet-stream',
})
