// A picture through a filter, on WebGL where there is one, else pixel by pixel on a plain canvas.
import { FALSE_COLOURS, filtered, LUMA_B, LUMA_G, LUMA_R, type Filter } from "../core/colour.ts";

/** What can be painted: the video or a still of it. */
export type Source = HTMLVideoElement | HTMLCanvasElement;

export interface FilterPainter {
  readonly kind: "webgl" | "canvas";
  paint(source: Source, width: number, height: number, filter: Filter): void;
}

/** A painter for `canvas`. A canvas has one kind of context for ever. */
export function filterPainter(canvas: HTMLCanvasElement): FilterPainter {
  const gl = canvas.getContext("webgl", { alpha: false, antialias: false, preserveDrawingBuffer: true });
  return (gl && glPainter(canvas, gl)) ?? plainPainter(canvas);
}

const CORNERS = "attribute vec2 corner; varying vec2 at; void main() { at = vec2(corner.x * 0.5 + 0.5, 0.5 - corner.y * 0.5); gl_Position = vec4(corner, 0.0, 1.0); }";

function fragment(): string {
  // From the same table as core/colour.ts. The last band that the level reaches counts.
  const bands = FALSE_COLOURS.filter((band) => Number.isFinite(band.from)).map(({ from, color }) => `if (y * 100.0 >= ${from.toFixed(3)}) c = ${color ? rgb(color) : "vec3(y)"};`);
  return `precision highp float; varying vec2 at; uniform sampler2D picture; uniform int filter;
    void main() {
      vec3 p = texture2D(picture, at).rgb;
      float y = dot(p, vec3(${LUMA_R}, ${LUMA_G}, ${LUMA_B}));
      vec3 c = p;
      if (filter == 1) c = vec3(y);
      else if (filter == 2) c = vec3(p.r);
      else if (filter == 3) c = vec3(p.g);
      else if (filter == 4) c = vec3(p.b);
      else if (filter == 5) { c = ${rgb(FALSE_COLOURS[0]?.color ?? [0, 0, 0])}; ${bands.join(" ")} }
      gl_FragColor = vec4(c, 1.0);
    }`;
}
const rgb = (color: readonly [number, number, number]): string => `vec3(${color.map((one) => (one / 255).toFixed(5)).join(", ")})`;
const NUMBERS: Readonly<Record<Filter, number>> = { picture: 0, luma: 1, red: 2, green: 3, blue: 4, false: 5 };

function glPainter(canvas: HTMLCanvasElement, gl: WebGLRenderingContext): FilterPainter | null {
  const program = gl.createProgram();
  for (const [kind, code] of [[gl.VERTEX_SHADER, CORNERS], [gl.FRAGMENT_SHADER, fragment()]] as const) {
    const shader = gl.createShader(kind);
    if (!shader) return null;
    gl.shaderSource(shader, code);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
  const corner = gl.getAttribLocation(program, "corner");
  gl.enableVertexAttribArray(corner);
  gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  for (const [name, value] of [[gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE], [gl.TEXTURE_MIN_FILTER, gl.LINEAR], [gl.TEXTURE_MAG_FILTER, gl.NEAREST]] as const) gl.texParameteri(gl.TEXTURE_2D, name, value);
  const chosen = gl.getUniformLocation(program, "filter");
  return {
    kind: "webgl",
    paint: (source, width, height, filter) => {
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      gl.viewport(0, 0, width, height);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, source);
      gl.uniform1i(chosen, NUMBERS[filter]);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    },
  };
}

function plainPainter(canvas: HTMLCanvasElement): FilterPainter {
  // getContext("webgl") may have taken the canvas before its program failed: then there is nothing to paint on.
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  return {
    kind: "canvas",
    paint: (source, width, height, filter) => {
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      if (!context) return;
      context.drawImage(source, 0, 0, width, height);
      if (filter === "picture") return;
      const image = context.getImageData(0, 0, width, height);
      const { data } = image;
      for (let i = 0; i < data.length; i += 4) [data[i], data[i + 1], data[i + 2]] = filtered(filter, data[i] as number, data[i + 1] as number, data[i + 2] as number);
      context.putImageData(image, 0, 0);
    },
  };
}
