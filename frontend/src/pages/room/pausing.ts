// "Pausing starts a comment", for who has chosen it: a pause puts the cursor into the comment box. While nothing is written
// there, Space plays on and arrows step as ever. Off where fingers pause: it would open the keyboard on the screen. Loaded with the choice.
import type { KeyAction } from "../../core/key-actions.ts";
import { pressedKey } from "../../core/keymap.ts";
import { keymap } from "../../elements/key-hints.ts";
import type { RoomRequest } from "../../elements/requests.ts";
import { isWrittenIn } from "../../elements/shortcuts.ts";
import type { RoomContext } from "./context.ts";

/** What keys do in an empty box that no word begins with. */
const WHILE_EMPTY: Readonly<Partial<Record<KeyAction, RoomRequest>>> = {
  toggle: { kind: "toggle" },
  "frame-back": { kind: "step", frames: -1 },
  "frame-on": { kind: "step", frames: 1 },
  "ten-back": { kind: "step", frames: -10 },
  "ten-on": { kind: "step", frames: 10 },
};
const NO_SIGN = /^ $|[^+]{2,}$/; // Space, or a key with a name

export class Pausing {
  on = true;
  private byFinger = false;
  /** The key that is down, and the one that paused, until it is let go: K held steps with J and L. */
  private down = "";
  private held = "";

  constructor(private readonly room: RoomContext) {
    document.addEventListener("pointerdown", (event) => (this.byFinger = event.pointerType === "touch"), { capture: true });
    document.addEventListener("keydown", ({ code }) => this.pressed(code), { capture: true });
    document.addEventListener("keyup", ({ code }) => this.released(code), { capture: true });
    room.composer.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  /** Somebody has paused; `chord`: the key for that may be held for something else. */
  paused(chord: boolean): void {
    if (!this.on || this.byFinger) return;
    if (chord && this.down) this.held = this.down;
    else this.write();
  }

  private write(): void {
    const { root, player, composer } = this.room;
    const busy = player.state.playing || !composer.isEmpty || isWrittenIn(document.activeElement);
    if (!busy && !document.fullscreenElement && !root.classList.contains("drawing")) void composer.write();
  }

  private pressed(code: string): void {
    this.byFinger = false;
    if (code !== this.down) this.held = "";
    this.down = code;
  }

  private released(code: string): void {
    if (this.held === code) this.write();
    if (this.down === code) this.down = this.held = "";
  }

  private key(event: KeyboardEvent): void {
    const { target } = event;
    if (!this.on || !(target instanceof HTMLTextAreaElement) || target.value !== "" || event.isComposing) return;
    const key = pressedKey(event);
    const action = key !== null && NO_SIGN.test(key) ? keymap().action("room", key) : null;
    const request = action === null ? undefined : WHILE_EMPTY[action];
    if (request || event.repeat) event.preventDefault(); // what paused may still be held: it is no letter
    if (!request) return;
    event.stopPropagation();
    if (request.kind === "step" && this.room.composer.isEmpty) this.room.composer.loosen();
    else if (!event.repeat) target.blur();
    if (request.kind === "step" || !event.repeat) this.room.act(request);
  }
}
