// Records the microphone until it is stopped.
import { t } from "../../language/translate.ts";

export interface Recorded {
  readonly sound: Blob | null;
  readonly extension: string;
  readonly problem: string;
}

/** What browsers record, the best first: Opus in WebM (Chromium, Firefox), AAC in MP4 (Safari). */
const KINDS = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/mp4", "m4a"],
  ["audio/ogg;codecs=opus", "ogg"],
] as const;
const LONGEST_SECONDS = 15 * 60;

/** Microphones are given to secure pages only (https, or this machine itself). */
export function mayRecord(): boolean {
  return typeof MediaRecorder !== "undefined" && navigator.mediaDevices?.getUserMedia !== undefined;
}

export class SoundRecorder {
  private stopping: ((keep: boolean) => void) | null = null;
  private wanted: boolean | null = null;

  constructor(private readonly tick: (seconds: number) => void) {}

  stop(keep: boolean): void {
    this.wanted = keep;
    this.stopping?.(keep);
  }

  /** Resolves when it is stopped, or cannot begin. */
  async run(): Promise<Recorded> {
    const nothing = { sound: null, extension: "", problem: "" };
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return { ...nothing, problem: t("The microphone is not available. Allow it in the browser's settings for this page.") };
    }
    try {
      if (this.wanted !== null) return nothing; // given up while the browser asked
      const [type, extension] = KINDS.find(([kind]) => MediaRecorder.isTypeSupported(kind)) ?? ["", "webm"];
      const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
      const parts: Blob[] = [];
      recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
      const ended = new Promise<void>((resolve) => recorder.addEventListener("stop", () => resolve()));
      recorder.start(1000);
      let seconds = 0;
      const timer = window.setInterval(() => {
        this.tick(++seconds);
        if (seconds >= LONGEST_SECONDS) this.stop(true);
      }, 1000);
      const keep = await new Promise<boolean>((resolve) => (this.stopping = resolve));
      window.clearInterval(timer);
      recorder.stop();
      await ended;
      return keep ? { ...nothing, sound: new Blob(parts, { type: recorder.mimeType }), extension } : nothing;
    } finally {
      for (const track of stream.getTracks()) track.stop();
    }
  }
}
