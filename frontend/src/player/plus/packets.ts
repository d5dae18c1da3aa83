// The packets of a file by frame number. The container is read by mediabunny; which frame a packet is, and whether all of
// them are there, is decided by our own frame table: two independent readings of one file that must agree.
import { CustomSource, EncodedPacketSink, Input, Mp4InputFormat, QuickTimeInputFormat, WebMInputFormat, type EncodedPacket } from "mediabunny";
import { frameAtTicks, type FrameTable } from "../../core/frame-table.ts";
import type { RangedBytes } from "./bytes.ts";

export interface Packet {
  /** The frame that it shows; below zero for what is decoded but never shown (cut off by an edit list). */
  readonly frame: number;
  readonly key: boolean;
  readonly data: Uint8Array;
}

export interface PacketSource {
  readonly config: VideoDecoderConfig;
  /** Degrees clockwise by which the file wants its pictures turned. */
  readonly turn: 0 | 90 | 180 | 270;
  /** What must be decoded for the frames [first, end) of a group, in decoding order. Throws when the file and the frame
   *  table do not name the same frames. */
  group(first: number, end: number): AsyncIterable<Packet>;
  close(): void;
}

export class PlusMismatch extends Error {}

/** What the walk over a group needs of a packet; times in seconds. */
export interface TimedPacket {
  readonly timestamp: number;
  readonly type: "key" | "delta";
  readonly data: Uint8Array;
}

/** The frame whose time a packet bears, -1 for none: within a quarter of the frame's stay, for some containers round
 *  times to milliseconds. */
export function frameOfTime(table: FrameTable, seconds: number): number {
  const ticks = seconds * table.timescale;
  const before = frameAtTicks(table, ticks);
  for (const i of [before, before + 1]) {
    if (i < table.frameCount && Math.abs(table.time(i) - ticks) * 4 <= table.end(i) - table.time(i)) return i;
  }
  return -1;
}

/** Walk from the key packet of frame `first` to the end of its group: to the next key packet, and over that as far as
 *  there follow pictures shown before it (open groups). Leading pictures of the first key packet belong to the group
 *  before and cannot be decoded from here: they are left out. */
export async function* walkGroup<P extends TimedPacket>(table: FrameTable, first: number, end: number, start: P | null, next: (packet: P) => Promise<P | null>): AsyncGenerator<Packet> {
  if (!start) throw new PlusMismatch(`no key packet for frame ${first}`);
  const at = frameOfTime(table, start.timestamp);
  if (at !== first && !(first === 0 && at === -1)) throw new PlusMismatch(`the key packet of frame ${first} bears the time of frame ${at}`);
  const missing = new Set<number>();
  for (let i = first; i < end; i += 1) missing.add(i);
  let closing: { key: P; used: boolean } | null = null;
  for (let packet: P | null = start; packet; packet = await next(packet)) {
    const frame = frameOfTime(table, packet.timestamp);
    if (closing) {
      if (packet.timestamp >= closing.key.timestamp) break;
      if (!closing.used) yield { frame: frameOfTime(table, closing.key.timestamp), key: true, data: closing.key.data };
      closing.used = true;
    } else if (packet.type === "key" && frame >= end) {
      closing = { key: packet, used: false };
      continue;
    } else if (packet.timestamp < start.timestamp) continue;
    missing.delete(frame);
    yield { frame, key: packet.type === "key", data: packet.data };
  }
  if (missing.size > 0) throw new PlusMismatch(`${missing.size} of the frames ${first} to ${end - 1} are not in the file`);
}

/** Open a file's picture track. Null when the browser would not know how to decode it, or would show it otherwise than
 *  its own player does. */
export async function openPackets(bytes: RangedBytes, table: FrameTable): Promise<PacketSource | null> {
  const input = openInput(bytes);
  try {
    const track = await input.getPrimaryVideoTrack();
    const config = await track?.getDecoderConfig();
    // WebCodecs leaves transparency out: such a file is shown by the video element alone, moving and at rest.
    if (!track || !config || (await track.canBeTransparent())) {
      input.dispose();
      return null;
    }
    const sink = new EncodedPacketSink(track);
    const turn = await track.getRotation();
    return {
      config,
      turn,
      group: (first, end) => {
        // A little into the frame: the times of a table and of its file may differ by rounding.
        const seconds = (table.time(first) + (table.end(first) - table.time(first)) / 4) / table.timescale;
        const begin = async function* (): AsyncGenerator<Packet> {
          yield* walkGroup<EncodedPacket>(table, first, end, await sink.getKeyPacket(seconds), (packet) => sink.getNextPacket(packet));
        };
        return begin();
      },
      close: () => input.dispose(),
    };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/** A file over our byte cache. Close it with `dispose`, the bytes by themselves. */
export function openInput(bytes: RangedBytes): Input {
  const source = new CustomSource({ getSize: () => bytes.size(), read: (start, end) => bytes.read(start, end), handleUnhandledError: () => undefined });
  return new Input({ source, formats: [new Mp4InputFormat(), new QuickTimeInputFormat(), new WebMInputFormat()] });
}
