// The keys of the room as a list to look at, and to change: presets, a key by pressing it, conflicts said before they are made.
// Loaded when somebody asks for it.
import "../styles/keys.css";
import { KEY_GROUPS, PRESETS, type ActionEntry, type KeyAction } from "../core/key-actions.ts";
import { readKeyFile, writeKeyFile } from "../core/key-file.ts";
import { Keymap, keyText, MOST_KEYS, pressedKey, refusedKey } from "../core/keymap.ts";
import { n, t } from "../language/translate.ts";
import { fill, h, icon, iconButton } from "./dom.ts";
import { openDialog } from "./feedback.ts";
import { IS_MAC, keymap, useKeymap } from "./key-hints.ts";

export interface KeyEditorPort {
  /** Keep it with the person; what went wrong is thrown. */
  save(next: Keymap): Promise<void>;
  failed(error: unknown): void;
  /** Close the list and show the tour. */
  tour(): void;
}

interface Recording {
  readonly action: KeyAction;
  /** Which of its keys is replaced; null: one more. */
  readonly at: number | null;
}

class KeyEditor {
  private readonly preset = h("select", { class: "input", id: "key-preset" }, PRESETS.map(({ id, name }) => h("option", { value: id }, name)));
  private readonly tools = h("div", { class: "key-tools" });
  private readonly groups = h("div", { class: "key-groups" });
  private readonly said = h("p", { class: "quiet key-said", role: "status" });
  private editing = false;
  private recording: Recording | null = null;
  /** A key that another action has, waiting for a yes. */
  private asked: { readonly key: string; readonly other: ActionEntry } | null = null;

  constructor(
    body: HTMLElement,
    private readonly port: KeyEditorPort,
  ) {
    this.preset.addEventListener("change", () => this.change(new Keymap({ preset: this.preset.value, changes: {} })));
    body.append(
      h("div", { class: "key-head" }, h("div", { class: "field key-preset" }, h("label", { for: "key-preset" }, t("Keys as in")), this.preset), this.tools),
      this.said,
      this.groups,
      h("p", { class: "quiet" }, t("Positions that can be typed: 01:00:10:12 (record timecode), 10:12 (from the start), 10203. (01:02:03:00), f252 (frame), 5+08 (feet), 12.5s, +12, -1:00.")),
      h("p", { class: "quiet" }, t("“Pausing starts a comment”, in the menu of sliders under the picture: a pause puts the cursor into the comment box. While it is empty, Space plays on, arrows step, Esc leaves; every other key writes.")),
    );
    // Before the dialog itself: while a key is waited for, Escape ends the waiting only.
    body.closest("dialog")?.addEventListener("keydown", (event) => this.key(event), { capture: true });
    this.draw();
  }

  private draw(): void {
    const present = keymap();
    const own = Object.keys(present.keyboard.changes).length;
    this.preset.value = present.keyboard.preset;
    fill(
      this.tools,
      h("button", { type: "button", class: "button small", "aria-pressed": String(this.editing), onclick: () => this.edit(!this.editing) }, icon(this.editing ? "check" : "edit"), this.editing ? t("Done // finished with this") : t("Change keys")),
      h("button", { type: "button", class: "button ghost small", onclick: () => this.export() }, t("Export")),
      h("button", { type: "button", class: "button ghost small", onclick: () => this.import() }, t("Import")),
      h("button", { type: "button", class: "button ghost small", onclick: () => this.port.tour() }, t("Show the tour")),
      own > 0 && h("button", { type: "button", class: "button ghost small", onclick: () => this.change(new Keymap({ preset: present.keyboard.preset, changes: {} })) }, t("Reset {count} changed", { count: own })),
    );
    fill(this.groups, KEY_GROUPS.map((group) => h("section", null, h("h3", null, group.title), h("dl", { class: this.editing ? "keys editing" : "keys" }, group.entries.flatMap((entry) => [h("dt", null, this.keysOf(entry)), h("dd", null, this.textOf(entry))])))));
  }

  private keysOf(entry: ActionEntry): Node[] {
    const keys = keymap().keys(entry.action);
    const waiting = this.recording?.action === entry.action ? this.recording : null;
    if (!this.editing) return keys.length > 0 ? keys.map((key) => h("kbd", null, keyText(key, IS_MAC))) : [h("span", { class: "dim" }, "–")];
    const chip = (text: string, at: number | null, label: string): HTMLElement => {
      const on = waiting !== null && waiting.at === at;
      return h("button", { type: "button", class: on ? "key-chip waiting" : "key-chip", "data-key-chip": `${entry.action}:${at ?? "new"}`, "aria-label": on ? t("Press a key for {text}", { text: entry.text }) : label, onclick: () => this.record(on ? null : { action: entry.action, at }) }, on ? t("Press a key") : text);
    };
    const chips = keys.map((key, at) => chip(keyText(key, IS_MAC), at, t("{text}: change {key}", { text: entry.text, key: keyText(key, IS_MAC) })));
    return keys.length < MOST_KEYS ? [...chips, chip("+", null, t("{text}: add a key", { text: entry.text }))] : chips;
  }

  private textOf(entry: ActionEntry): Node[] {
    const { action, text } = entry;
    const nodes: Node[] = [h("span", null, text)];
    if (this.recording?.action === action) {
      const { at } = this.recording;
      if (this.asked) {
        nodes.push(h("span", { class: "key-conflict" }, `${t("{key} is “{text}” now.", { key: keyText(this.asked.key, IS_MAC), text: this.asked.other.text })} `, h("button", { type: "button", class: "button small", "data-key-take": "", onclick: () => this.take() }, t("Use it here instead"))));
      }
      if (at !== null) nodes.push(h("button", { type: "button", class: "button ghost small", onclick: () => this.drop(at) }, t("Remove")));
      nodes.push(h("button", { type: "button", class: "button ghost small", onclick: () => this.record(null) }, t("Cancel")));
    } else if (this.editing && keymap().changed(action)) {
      nodes.push(iconButton("retry", t("{text}: back to the preset", { text }), () => this.back(entry), true));
    }
    return nodes;
  }

  private edit(on: boolean): void {
    this.editing = on;
    this.record(null);
    this.say(on ? t("Choose a key, then press the one that is to take its place.") : "");
  }

  private record(recording: Recording | null): void {
    const before = this.recording;
    this.recording = recording;
    this.asked = null;
    this.draw();
    const chip = recording ?? before;
    if (chip) this.groups.querySelector<HTMLElement>(`[data-key-chip="${chip.action}:${chip.at ?? "new"}"]`)?.focus();
  }

  private key(event: KeyboardEvent): void {
    const { recording } = this;
    if (!recording) return;
    const onButton = event.target instanceof Element && !event.target.matches(".key-chip.waiting") && (event.key === "Enter" || event.key === " " || event.key === "Tab");
    if (onButton || (event.key === "Tab" && !event.ctrlKey)) return; // the buttons beside it are pressed and reached as ever
    const key = pressedKey(event);
    if (key === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (key === "Escape" && recording.action !== "draw-stop") return this.record(null);
    const refused = refusedKey(key);
    if (refused) return this.say(`${t("{key} cannot be used.", { key: keyText(key, IS_MAC) })} ${refused}`);
    const other = keymap().conflict(recording.action, key);
    if (!other) return this.give(recording, key);
    this.asked = { key, other };
    this.draw();
    this.say(t("{key} is “{text}” now.", { key: keyText(key, IS_MAC), text: other.text }));
    this.groups.querySelector<HTMLElement>("[data-key-take]")?.focus();
  }

  private take(): void {
    if (this.recording && this.asked) this.give(this.recording, this.asked.key);
  }

  private give({ action, at }: Recording, key: string): void {
    const keys = [...keymap().keys(action)];
    if (!keys.includes(key)) keys.splice(at ?? keys.length, at === null ? 0 : 1, key);
    this.change(keymap().with(action, keys));
    this.record(null);
  }

  private drop(at: number): void {
    if (!this.recording) return;
    const { action } = this.recording;
    this.change(keymap().with(action, keymap().keys(action).filter((_, i) => i !== at)));
    this.record(null);
  }

  private back({ action, text }: ActionEntry): void {
    const next = keymap().without(action);
    if (next) this.change(next);
    else this.say(t("The keys of “{text}” belong to others now. Change those first.", { text }));
  }

  private change(next: Keymap, said = ""): void {
    useKeymap(next);
    this.draw();
    this.say(said);
    this.port.save(next).then(() => this.say(`${t("Kept with your account.")} ${said}`), (error: unknown) => this.port.failed(error));
  }

  private say(text: string, bad = false): void {
    fill(this.said, text);
    this.said.classList.toggle("bad-text", bad);
  }

  private export(): void {
    const address = URL.createObjectURL(new Blob([writeKeyFile(keymap())], { type: "application/json" }));
    h("a", { href: address, download: "twopop-keys.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  private import(): void {
    const field = h("input", { type: "file", accept: ".json,application/json" });
    field.addEventListener("change", () => {
      field.files?.[0]?.text().then((text) => this.read(text), () => this.read(""));
    });
    field.click();
  }

  private read(text: string): void {
    const found = readKeyFile(text);
    if (found === "later") this.say(t("A later version of Twopop wrote this file; this one cannot read it. Update this server, or export the keys on it."), true);
    else if (found === "other") this.say(t("This file holds no keys of Twopop. Choose one that was exported here."), true);
    else this.change(found.keymap, found.leftOut > 0 ? n("{count} key of the file was left out: it cannot be had here. | {count} keys of the file were left out: they cannot be had here.", found.leftOut) : "");
  }
}

export function openKeyEditor(port: KeyEditorPort): void {
  const dialog = openDialog(t("Keyboard"), () => undefined, true);
  const body = dialog.querySelector<HTMLElement>(".dialog-body");
  const tour = (): void => {
    dialog.close();
    port.tour();
  };
  if (body) new KeyEditor(body, { ...port, tour });
}
