/** When and where a photo was taken, carried over to the smaller copy; the server reads it and then strips it. */

const LOOK_AT = 256 * 1024;
const ORIENTATION = 0x0112;

/** The Exif segment of a JPEG (marker, length and all), its orientation set to upright; null where there is none. */
export async function exifOf(file: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = new Uint8Array(await file.slice(0, LOOK_AT).arrayBuffer());
  const view = new DataView(bytes.buffer);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < bytes.length; ) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker < 0xff01 || marker === 0xffda || length < 2) return null;
    const ends = at + 2 + length;
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966 && ends <= bytes.length) {
      return upright(bytes.slice(at, ends));
    }
    at = ends;
  }
  return null;
}

/** The copy is drawn upright already: a flag that stayed would turn it twice. */
function upright(segment: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const tiff = new DataView(segment.buffer, 10);
  if (tiff.byteLength < 8) return null;
  const little = tiff.getUint16(0) === 0x4949;
  const first = tiff.getUint32(4, little);
  if (first + 2 > tiff.byteLength) return null;
  const count = tiff.getUint16(first, little);
  for (let number = 0; number < count; number++) {
    const entry = first + 2 + number * 12;
    if (entry + 12 > tiff.byteLength) return null;
    if (tiff.getUint16(entry, little) === ORIENTATION) tiff.setUint16(entry + 8, 1, little);
  }
  return segment;
}

/** A JPEG with an Exif segment put in as its first. */
export function withExif(jpeg: Blob, segment: Uint8Array<ArrayBuffer> | null): Blob {
  return segment ? new Blob([jpeg.slice(0, 2), segment, jpeg.slice(2)], { type: jpeg.type }) : jpeg;
}
