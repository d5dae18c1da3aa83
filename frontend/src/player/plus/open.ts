// Opens the plus player's stills on a source. This module and all that it needs is loaded when a room is open, not before.
import type { FrameTable } from "../../core/frame-table.ts";
import { browserClock } from "../browser-clock.ts";
import type { Fetch } from "../failures.ts";
import type { FilmEvents, FilmReader } from "../film-frames.ts";
import { fetchTable } from "../opening.ts";
import type { LightPort, LightSource, Stills, StillsEvents, StillSurface } from "../ports.ts";
import { RangedBytes } from "./bytes.ts";
import { keepCopy } from "./pictures.ts";
import { openPackets, type PacketSource } from "./packets.ts";
import { REACH } from "./plan.ts";
import { StillDecoder, type StillsOptions } from "./stills.ts";
import { TwoSizes, type LightStills } from "./two-sizes.ts";

const BYTE_BUDGET = 64 << 20;
const MIB = 1 << 20;
const LIGHT_BYTE_BUDGET = 48 << 20; // an hour and more of many a 360p proxy
const LIGHT_FRAME_BUDGET = 16 << 20; // 48 pictures of 360p
const FILM_BYTE_BUDGET = 4 << 20;
/** Up to this size software decodes a group of pictures about as soon as hardware is set up, and never stalls with
 *  pictures held. */
const SOFTWARE_PIXELS = 1920 * 1088;

/** Bytes of decoded pictures that may be held: 82 of 1080p at most, fewer where the device has little memory. */
export function frameBudget(gibibytes: number | undefined): number {
  if (gibibytes !== undefined && gibibytes <= 2) return 64 * MIB;
  if (gibibytes !== undefined && gibibytes <= 4) return 128 * MIB;
  return 256 * MIB;
}

export async function openStills(url: string, table: FrameTable, surface: StillSurface, events: StillsEvents, fetcher: Fetch, light: LightPort): Promise<Stills | null> {
  const opened = await openDecoder(url, table, surface, fetcher, BYTE_BUDGET);
  if (!opened) return null;
  const budget = frameBudget((navigator as Navigator & { deviceMemory?: number }).deviceMemory);
  return new TwoSizes(
    (own, alone) => opened.make({ frameBudget: budget, passing: alone, surroundings: true }, own),
    events,
    browserClock,
    light,
    (source, own) => openLight(source, table, surface, own, fetcher),
  );
}

/** A lighter file of the frames that `table` has. Null when it has others, or cannot be decoded. */
async function openLight(source: LightSource, table: FrameTable, surface: StillSurface, events: StillsEvents, fetcher: Fetch): Promise<LightStills | null> {
  const own = await fetchTable(source.tableUrl, fetcher);
  if ("code" in own || !sameFrames(own, table)) return null;
  // Its colours are the file's own to tell: `surface` knows those of the other.
  const opened = await openDecoder(source.url, own, { ...surface, colours: () => null }, fetcher, LIGHT_BYTE_BUDGET);
  if (!opened) return null;
  const { bytes } = opened;
  const size = await bytes.size();
  return {
    stills: opened.make({ frameBudget: LIGHT_FRAME_BUDGET, passing: () => true, surroundings: false }, events),
    more: (frame) => bytes.more((size * frame) / own.frameCount),
  };
}

/** One picture after the other of a light file, for the film strip; a picture is lent for the moment of the call. Null where the file
 *  cannot be decoded. */
export async function openFilm(source: LightSource, events: FilmEvents, fetcher: Fetch): Promise<FilmReader | null> {
  const table = await fetchTable(source.tableUrl, fetcher);
  if ("code" in table) return null;
  let drawn: Parameters<StillSurface["show"]> | null = null;
  const surface: StillSurface = { colours: () => null, show: (...picture) => (drawn = picture) };
  const opened = await openDecoder(source.url, table, surface, fetcher, FILM_BYTE_BUDGET);
  const own: StillsEvents = { drawn: (frame) => drawn && events.drawn(frame, ...drawn), failed: () => events.failed(null) };
  return opened?.make({ frameBudget: LIGHT_FRAME_BUDGET, passing: () => true, surroundings: false }, own) ?? null;
}

/** Frame N of the one is frame N of the other: as many, each beginning within a quarter of a frame of its like. */
function sameFrames(a: FrameTable, b: FrameTable): boolean {
  if (a.frameCount !== b.frameCount) return false;
  for (let i = 0; i < a.frameCount; i += 1) {
    const seconds = (a.time(i) - a.time(0)) / a.timescale - (b.time(i) - b.time(0)) / b.timescale;
    if (Math.abs(seconds) > (a.end(i) - a.time(i)) / a.timescale / 4) return false;
  }
  return true;
}

interface Opened {
  readonly bytes: RangedBytes;
  make(options: Pick<StillsOptions, "frameBudget" | "passing" | "surroundings">, events: StillsEvents): StillDecoder;
}

async function openDecoder(url: string, table: FrameTable, surface: StillSurface, fetcher: Fetch, byteBudget: number): Promise<Opened | null> {
  const bytes = new RangedBytes(url, fetcher, byteBudget);
  let packets: PacketSource | null = null;
  try {
    packets = await openPackets(bytes, table);
    const chosen = packets && (await decodable(packets.config, surface));
    if (!packets || !chosen) {
      packets?.close();
      bytes.close();
      return null;
    }
    bytes.expect(((await bytes.size()) / table.frameCount) * REACH);
    const source: PacketSource = { ...packets, config: chosen.config };
    return {
      bytes,
      make: (options, events) =>
        new StillDecoder(source, table, surface, browserClock, {
          ...options,
          copy: chosen.copy,
          copyPicture: keepCopy,
          makeDecoder: (output, error) => new VideoDecoder({ output, error }),
          makeChunk: (init) => new EncodedVideoChunk(init),
          bytesHeld: () => bytes.held,
          released: () => bytes.close(),
        }, events),
    };
  } catch (error) {
    packets?.close();
    bytes.close();
    throw error;
  }
}

/** The configuration to decode with, and whether its pictures must be copied at once; null if there is none. */
async function decodable(base: VideoDecoderConfig, surface: StillSurface): Promise<{ config: VideoDecoderConfig; copy: boolean } | null> {
  const config: VideoDecoderConfig = { ...base, optimizeForLatency: true };
  // What the file says only half of its colours the video element guesses as a whole; the canvas must guess the same.
  const colours = surface.colours();
  if (colours) config.colorSpace = colours;
  const software: VideoDecoderConfig = { ...config, hardwareAcceleration: "prefer-software" };
  if ((base.codedWidth ?? 0) * (base.codedHeight ?? 0) <= SOFTWARE_PIXELS && (await supported(software))) return { config: software, copy: false };
  return (await supported(config)) ? { config, copy: true } : null;
}

async function supported(config: VideoDecoderConfig): Promise<boolean> {
  try {
    return (await VideoDecoder.isConfigSupported(config)).supported === true;
  } catch {
    return false;
  }
}
