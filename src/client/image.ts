/** A file of a form or a disk (`Blob`, `File`), or the bytes of one. */
export type Image = Blob | ArrayBuffer | Uint8Array;

export function imageBlob(image: Image): Blob {
  return image instanceof Blob ? image : new Blob([image as Uint8Array<ArrayBuffer>]);
}
