// Scopes as counts: how many pixels have which level. Pixels are RGBA, 8 bits, as displayed.
import { chromaOf, lumaOf } from "./colour.ts";

export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** `width` columns of `height` levels, the highest first; `most`: the largest count. */
export interface Plot {
  readonly counts: Uint32Array;
  readonly width: number;
  readonly height: number;
  readonly most: number;
}

export const LEVELS = 256;

function plot(width: number, height: number, fill: (counts: Uint32Array) => void): Plot {
  const counts = new Uint32Array(width * height);
  fill(counts);
  let most = 0;
  for (const count of counts) if (count > most) most = count;
  return { counts, width, height, most };
}

/** Luma of each column of the picture: 256 levels, 0 % (black) to 100 % (white). */
export function waveform({ data, width, height }: Pixels): Plot {
  return plot(width, LEVELS, (counts) => {
    for (let i = 0, y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, i += 4) {
        const level = Math.round(lumaOf(data[i] as number, data[i + 1] as number, data[i + 2] as number));
        (counts[(LEVELS - 1 - level) * width + x] as number) += 1;
      }
    }
  });
}

/** Red, green and blue of each column, side by side: three plots of the picture's width. */
export function parade({ data, width, height }: Pixels): readonly [Plot, Plot, Plot] {
  const channel = (offset: number): Plot =>
    plot(width, LEVELS, (counts) => {
      for (let i = offset, y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1, i += 4) (counts[(LEVELS - 1 - (data[i] as number)) * width + x] as number) += 1;
    });
  return [channel(0), channel(1), channel(2)];
}

/** Where a colour difference (-0.5 … 0.5 each) lies on a vectorscope of `size` points: Cb to the right, Cr up. */
export function vectorPlace(cb: number, cr: number, size: number): [number, number] {
  return [(0.5 + cb) * (size - 1), (0.5 - cr) * (size - 1)];
}

export function vectorscope({ data, width, height }: Pixels, size: number = LEVELS): Plot {
  return plot(size, size, (counts) => {
    for (let i = 0; i < 4 * width * height; i += 4) {
      const [x, y] = vectorPlace(...chromaOf(data[i] as number, data[i + 1] as number, data[i + 2] as number), size);
      (counts[Math.round(y) * size + Math.round(x)] as number) += 1;
    }
  });
}

/** How many pixels have each value: red, green, blue, luma. */
export function histogram({ data, width, height }: Pixels): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const made = [0, 1, 2, 3].map(() => new Uint32Array(LEVELS)) as unknown as readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  for (let i = 0; i < 4 * width * height; i += 4) {
    const [r, g, b] = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
    (made[0][r] as number) += 1;
    (made[1][g] as number) += 1;
    (made[2][b] as number) += 1;
    (made[3][Math.round(lumaOf(r, g, b))] as number) += 1;
  }
  return made;
}
